//! What most pages say.

words! {
    /// What most pages say.
    Common;
    skip: "Skip to the content", "본문으로 건너뛰기";
    menu: "Menu", "메뉴";
    batches: "Batches", "배치";
    upload: "Upload", "업로드";
    recipes: "Recipes", "레시피";
    usage: "Usage", "사용량";
    // Batches.
    no_batches: "No batch yet", "아직 배치가 없습니다";
    no_batches_how: "A batch is a list of photos and a recipe. Upload photos, pick a recipe, and finished pictures appear here as they are made.",
        "배치는 사진 목록과 레시피입니다. 사진을 업로드하고 레시피를 고르면 완성된 사진이 차례로 나타납니다.";
    upload_photos: "Upload photos", "사진 업로드";
    batch: "Batch", "배치";
    recipe: "Recipe", "레시피";
    state: "State", "상태";
    progress: "Progress", "진행";
    submitted: "Submitted (UTC)", "제출 시각 (UTC)";
    older: "Older", "이전 항목";
    newest: "Newest", "최신 항목";
    // States of batches.
    working: "working", "작업 중";
    waiting: "waiting", "대기 중";
    done: "done", "완료";
    done_failures: "done, {0} failed", "완료, {0}장 실패";
    cancelling: "being cancelled", "취소하는 중";
    cancelled: "cancelled", "취소됨";
    // One batch.
    of_photos: "{0} of {1} photos done", "사진 {1}장 중 {0}장 완료";
    eta: "about {0} left", "약 {0} 남음";
    took: "took {0}", "{0} 걸림";
    all: "All", "전체";
    succeeded: "Succeeded", "성공";
    failed: "Failed", "실패";
    running: "Running", "작업 중";
    ready: "Waiting", "대기";
    given_up: "Cancelled", "취소됨";
    cancel: "Cancel the batch", "배치 취소";
    zip: "Download all as ZIP", "모두 ZIP으로 다운로드";
    retry: "Try failed photos again", "실패한 사진 다시 시도";
    remove: "Remove the batch and its pictures", "배치와 사진 삭제";
    remove_sure: "Its pictures are gone for good then. Remove it?", "사진이 완전히 삭제됩니다. 삭제할까요?";
    cancel_sure: "Photos that are not done yet are given up. Cancel it?", "아직 완료되지 않은 사진은 포기합니다. 취소할까요?";
    report: "Report", "보고서";
    none_so: "No photo stands so.", "해당하는 사진이 없습니다.";
    wall: "Photos of the batch", "배치의 사진";
    no_script: "Pictures that appear by themselves need JavaScript. The report and the API do without.",
        "사진이 자동으로 나타나려면 자바스크립트가 필요합니다. 보고서와 API는 없어도 됩니다.";
    // One photo.
    photo: "Photo", "사진";
    back_to_batch: "Back to the batch", "배치로 돌아가기";
    next_photo: "Next photo", "다음 사진";
    renditions: "Pictures", "사진 파일";
    rendition: "Rendition", "렌디션";
    file: "File", "파일";
    size: "Size", "크기";
    nothing_made: "Nothing is made of it yet.", "아직 만들어진 것이 없습니다.";
    not_shown: "A browser cannot show any of its pictures; download one.", "브라우저에서 볼 수 있는 사진이 없습니다. 다운로드하세요.";
    attempts: "Attempts", "시도";
    attempt: "Attempt {0}", "시도 {0}";
    camera_or_ours: "The camera's own picture, or ours", "카메라 사진과 결과 비교";
    fit: "Fit", "화면에 맞춤";
    no_camera: "The camera left no picture of its own to compare with.", "비교할 카메라 사진이 파일에 없습니다.";
    facts: "What the camera says", "촬영 정보";
    retry_photo: "Try this photo again", "이 사진 다시 시도";
    // Report.
    wall_time: "Time", "소요 시간";
    speed: "Photos a second", "초당 사진";
    cpu: "Processor time", "프로세서 시간";
    bytes_in: "Size of the photos", "원본 크기";
    bytes_out: "Size of the pictures made", "완성 사진 크기";
    largest_memory: "Largest memory of a worker", "작업자 최대 메모리";
    retries: "Attempts after the first", "재시도 횟수";
    half: "Half are done in", "절반은 이 시간 안에";
    most: "Nine of ten in", "열 중 아홉은 이 시간 안에";
    slowest: "Slowest", "가장 느린 사진";
    by_stage: "Where the time goes", "단계별 시간";
    failures: "Failures", "실패";
    why: "Why", "이유";
    advice: "What to do", "해결 방법";
    // Upload.
    drop_here: "Drop photos or folders here", "사진이나 폴더를 여기에 놓으세요";
    choose_files: "Choose files", "파일 선택";
    choose_folder: "Choose a folder", "폴더 선택";
    pause: "Pause", "일시 정지";
    go_on: "Go on", "계속";
    submit: "Develop {0} photos", "사진 {0}장 현상";
    no_recipe: "There is no recipe yet.", "아직 레시피가 없습니다.";
    write_recipe: "Write one", "레시피 쓰기";
    resume_how: "After a reload or a lost connection, drop the same files again: what has arrived is not sent again.",
        "새로 고치거나 연결이 끊긴 뒤에는 같은 파일을 다시 놓으세요. 이미 도착한 부분은 다시 보내지 않습니다.";
    up_waiting: "waits", "대기";
    up_sending: "on its way", "전송 중";
    up_done: "arrived", "도착";
    up_known: "was there already", "이미 있음";
    up_refused: "refused", "거부됨";
    up_failed: "failed", "실패";
    not_a_photo: "this is no photo that rawmill knows", "rawmill이 아는 사진이 아닙니다";
    empty_file: "the file is empty", "빈 파일입니다";
    up_total: "{0} of {1} sent", "{1} 중 {0} 전송";
    lost: "The connection is lost; trying again in {0} s", "연결이 끊겼습니다. {0}초 뒤 다시 시도합니다";
    // Recipes.
    no_recipes: "No recipe yet", "아직 레시피가 없습니다";
    no_recipes_how: "A recipe says what is made of each photo: sizes, filters, watermark, format. The same file works with “rawmill run” on a laptop.",
        "레시피는 사진마다 만들 크기, 필터, 워터마크, 형식을 정합니다. 같은 파일을 노트북의 “rawmill run”에서도 쓸 수 있습니다.";
    new_recipe: "New recipe", "새 레시피";
    name: "Name", "이름";
    version: "Version", "버전";
    versions: "Versions", "버전 기록";
    text: "Text (TOML or JSON)", "내용 (TOML 또는 JSON)";
    save: "Save as a new version", "새 버전으로 저장";
    fine: "This recipe can be used.", "사용할 수 있는 레시피입니다.";
    line: "line {0}", "{0}번째 줄";
    look_at: "Look at a photo", "사진으로 미리 보기";
    look: "Develop it now", "지금 현상";
    no_photos: "Upload a photo first, then look at it here.", "먼저 사진을 업로드하면 여기서 미리 볼 수 있습니다.";
    of_which: "Rendition", "렌디션";
    // Usage.
    day: "Day (UTC)", "날짜 (UTC)";
    photos: "Photos", "사진";
    megapixels: "Megapixels", "메가픽셀";
    stored: "Stored", "저장";
    queued: "Photos without an outcome", "처리 대기 사진";
    of: "{0} of {1}", "{1} 중 {0}";
    // People.
    log_in: "Log in", "로그인";
    log_in_how: "Nobody has an account here by themselves: an owner sends a link. Lost the password? Ask an owner for a new link.",
        "계정은 소유자가 보낸 링크로 만듭니다. 비밀번호를 잊었다면 소유자에게 새 링크를 요청하세요.";
    login: "Login", "로그인 이름";
    password: "Password", "비밀번호";
    password_how: "At least 12 characters; a few words are good.", "12자 이상. 단어 몇 개를 이어 쓰면 좋습니다.";
    welcome: "Welcome", "환영합니다";
    welcome_how: "You were invited. Choose how you log in from now on. If you are here to set a new password, use the login that you have.",
        "초대를 받으셨습니다. 앞으로 사용할 로그인 정보를 정하세요. 비밀번호를 다시 정하려면 기존 로그인 이름을 쓰세요.";
    your_name: "Your name", "이름";
    come_in: "Come in", "시작하기";
    log_out: "Log out", "로그아웃";
    account: "Your account", "내 계정";
    role: "Role", "역할";
    tenant: "Studio", "스튜디오";
    change_password: "Change the password", "비밀번호 변경";
    old_password: "Password until now", "현재 비밀번호";
    new_password: "New password", "새 비밀번호";
    others_end: "All other sessions end then.", "다른 세션은 모두 끝납니다.";
    sessions: "Where you are logged in", "로그인된 기기";
    browser: "Browser", "브라우저";
    address: "Address", "주소";
    seen: "Last seen (UTC)", "마지막 사용 (UTC)";
    this_one: "this one", "현재 세션";
    end_session: "End", "끝내기";
    people: "People", "사용자";
    nobody: "Nobody has an account yet. Invite somebody below.", "아직 사용자가 없습니다. 아래에서 초대하세요.";
    viewer: "viewer: looks", "보기";
    operator: "operator: uploads, submits, cancels", "작업자: 업로드, 제출, 취소";
    owner: "owner: also people and keys", "소유자: 사용자와 키 관리";
    change: "Change", "변경";
    disable: "Disable", "사용 중지";
    enable: "Enable", "사용 재개";
    remove_it: "Remove", "삭제";
    remove_user_sure: "This user is logged out everywhere and cannot come back. Remove it?", "이 사용자는 모든 기기에서 로그아웃되고 다시 들어올 수 없습니다. 삭제할까요?";
    invite: "Invite somebody", "초대하기";
    login_optional: "Only for this login (may be empty)", "이 로그인 이름만 (비워도 됨)";
    invite_how: "Send this link; it is shown this once, and good once.", "이 링크를 보내세요. 한 번만 표시되고 한 번만 쓸 수 있습니다.";
    open_invitations: "Open invitations", "열린 초대";
    anybody: "anybody with the link", "링크를 가진 사람";
    until: "Until (UTC)", "유효 기간 (UTC)";
    take_back: "Take back", "취소";
    log: "Log", "기록";
    when: "When (UTC)", "시각 (UTC)";
    who: "Who", "누가";
    what: "What", "무엇을";
    about: "About", "대상";
    keys: "Keys", "키";
    keys_how: "Programs come in with a key, in the header Authorization: Bearer KEY.", "프로그램은 헤더 Authorization: Bearer KEY 로 키를 보냅니다.";
    begins: "Begins with", "시작 부분";
    scopes: "May", "권한";
    made: "Made (UTC)", "만든 시각 (UTC)";
    new_key: "Make a key", "키 만들기";
    scope_read: "look at everything of the studio", "모두 보기";
    scope_write: "upload, submit, cancel, remove", "업로드, 제출, 취소, 삭제";
    scope_admin: "people and keys", "사용자와 키 관리";
    days: "Days until it ends (empty: never)", "유효 일수 (비우면 무기한)";
    shown_once: "Copy it now: it is shown this once.", "지금 복사하세요. 한 번만 표시됩니다.";
    remove_key_sure: "Programs that use it are locked out at once. Remove it?", "이 키를 쓰는 프로그램은 바로 막힙니다. 삭제할까요?";
    // Webhooks.
    webhooks: "Webhooks", "웹훅";
    webhook: "Webhook", "웹훅";
    webhooks_how: "Your own programs are told what happens to batches: signed messages in the form of Standard Webhooks, tried again for a day.",
        "배치에 일어난 일을 프로그램에 알립니다. Standard Webhooks 형식의 서명된 메시지를 하루 동안 다시 시도해 보냅니다.";
    sent_to: "Sent to", "보낼 주소";
    on: "on", "켜짐";
    off: "off", "꺼짐";
    failing: "failing", "실패 중";
    new_webhook: "Add a webhook", "웹훅 추가";
    secret: "Secret", "비밀 값";
    secret_how: "Copy the secret now: it is shown this once. Messages are signed with it.", "비밀 값을 지금 복사하세요. 한 번만 표시됩니다. 메시지는 이 값으로 서명됩니다.";
    rotate: "Add a new secret beside the old one", "새 비밀 값을 이전 값과 함께 쓰기";
    two_secrets: "Messages are signed with two secrets now.", "지금은 두 비밀 값으로 서명합니다.";
    finish_rotation: "Use the new one alone", "새 값만 쓰기";
    send_test: "Send a test", "시험 메시지 보내기";
    switch_on: "Switch on", "켜기";
    switch_off: "Switch off", "끄기";
    remove_webhook_sure: "Nothing is sent there any more. Remove it?", "이 주소로 더는 보내지 않습니다. 삭제할까요?";
    sent: "Sent", "보낸 메시지";
    nothing_sent: "Nothing was sent yet.", "아직 보낸 메시지가 없습니다.";
    send_again: "Send again", "다시 보내기";
    // Problems.
    problem: "That did not work", "작업을 할 수 없습니다";
    home: "To the batches", "배치 목록으로";
}
