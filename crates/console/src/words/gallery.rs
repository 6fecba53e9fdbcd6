//! Links for clients, and the gallery that they lead to.

words! {
    /// Links for clients, and the gallery that they lead to.
    Gallery;
    // For those who make them.
    share: "Share", "공유";
    links: "Links for clients", "고객용 링크";
    links_how: "Whoever has a link sees the finished pictures of this batch without an account, until its time is over or you revoke it.",
        "링크를 받은 사람은 기간이 끝나거나 링크를 취소할 때까지 계정 없이 이 배치의 완성 사진을 볼 수 있습니다.";
    label: "For whom (visitors see it)", "받는 사람 (방문자에게 표시됨)";
    days: "Days until it ends", "유효 일수";
    passcode_optional: "Passcode, at least 6 characters (may be empty)", "비밀번호 6자 이상 (비워도 됨)";
    watermarked_only: "Only pictures with a watermark", "워터마크가 있는 사진만";
    shows: "Renditions that it shows", "보여 줄 렌디션";
    has_mark: "with a watermark", "워터마크 있음";
    make: "Make a link", "링크 만들기";
    shown_once: "Copy the link now: it is shown this once.", "지금 링크를 복사하세요. 한 번만 표시됩니다.";
    copy: "Copy", "복사";
    copied: "Copied", "복사됨";
    none: "Nobody has a link to this batch.", "이 배치의 링크가 없습니다.";
    called: "For whom", "받는 사람";
    asks: "with passcode", "비밀번호 있음";
    marked: "watermarked only", "워터마크만";
    good: "works", "사용 가능";
    over: "over", "기간 만료";
    revoked: "revoked", "취소됨";
    views: "Visits", "방문";
    last_view: "last {0}", "최근 {0}";
    revoke: "Revoke", "링크 취소";
    revoke_sure: "Nobody comes in by this link any more. Revoke it?", "이 링크로는 더 이상 들어올 수 없습니다. 취소할까요?";
    // Choosing photos.
    choose: "Choose {0}", "{0} 선택";
    zip_all: "Download all", "모두 다운로드";
    zip_chosen: "Download chosen", "선택 다운로드";
    choose_none: "Choose none", "선택 해제";
    // For visitors.
    photos: "Photos", "사진";
    of_until: "{0} photos, here until {1}", "사진 {0}장, {1}까지 볼 수 있습니다";
    nothing_yet: "No photo is finished yet. Come back a little later.", "아직 완성된 사진이 없습니다. 조금 뒤에 다시 방문해 주세요.";
    more: "More photos", "사진 더 보기";
    from_start: "From the start", "처음부터";
    pages: "Pages", "페이지";
    all_photos: "All photos", "전체 사진";
    before: "Previous photo", "이전 사진";
    next: "Next photo", "다음 사진";
    download: "Download {0}, {1}", "{0} 다운로드, {1}";
    not_shown: "A browser cannot show this picture; download it.", "브라우저에서 볼 수 없는 사진입니다. 다운로드해 주세요.";
    passcode: "Passcode", "비밀번호";
    passcode_how: "These photos are protected. Enter the passcode that came with the link.", "보호된 사진입니다. 링크와 함께 받은 비밀번호를 입력해 주세요.";
    look: "See the photos", "사진 보기";
    wrong: "This is not the passcode.", "비밀번호가 맞지 않습니다.";
    too_many: "That was tried too often. Please wait a while and try again.", "시도 횟수가 너무 많습니다. 잠시 뒤에 다시 시도해 주세요.";
    gone: "This link does not work", "사용할 수 없는 링크입니다";
    gone_how: "It may have ended, or it was taken back. Ask whoever sent it for a new one.", "기간이 끝났거나 취소된 링크일 수 있습니다. 보낸 분께 새 링크를 요청해 주세요.";
    trouble: "That did not work. Please try again in a little while.", "문제가 생겼습니다. 잠시 뒤에 다시 시도해 주세요.";
}
