//! Imports and exports.

words! {
    /// What is said of files that come from elsewhere and go there.
    Doors;
    imports: "Imports", "가져오기";
    import: "Import", "가져오기";
    imports_how: "Photos come from web addresses or from a bucket. One that cannot come stops no other.",
        "웹 주소나 버킷에서 사진을 가져옵니다. 가져오지 못한 사진이 있어도 나머지는 계속됩니다.";
    from_urls: "From web addresses", "웹 주소에서";
    urls: "Addresses, one a line", "주소(한 줄에 하나)";
    from_bucket: "From a bucket", "버킷에서";
    bucket: "Bucket", "버킷";
    prefix: "Names begin with", "이름의 시작 부분";
    recipe: "Develop with", "현상할 레시피";
    no_recipe: "Only import", "가져오기만 하기";
    begin: "Begin the import", "가져오기 시작";
    from: "From", "출처";
    web: "Web", "웹";
    arrived: "Arrived", "도착";
    failed: "Failed", "실패";
    left: "To come", "남음";
    so_far: "So far", "지금까지";
    listing: "Being listed", "목록 작성 중";
    running: "Running", "진행 중";
    ended: "Ended", "완료";
    cancelled: "Cancelled", "취소됨";
    not_arrived: "What did not arrive", "도착하지 못한 파일";
    why: "Why", "이유";
    retry: "Try these again", "다시 시도";
    cancel: "Cancel", "취소";
    cancel_sure: "Cancel? What has arrived stays.", "취소할까요? 이미 도착한 파일은 남습니다.";
    its_batch: "Its batch", "배치 보기";
    no_batch: "No batch was submitted", "배치를 제출하지 못했습니다";
    exports: "Export to a bucket", "버킷으로 내보내기";
    export: "Export", "내보내기";
    folder: "Folder", "폴더";
    overwrite: "Replace other files of the same names", "같은 이름의 다른 파일 바꾸기";
    begin_export: "Begin the export", "내보내기 시작";
    back: "To the batch", "배치로 돌아가기";
}
