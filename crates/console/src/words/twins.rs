//! What the page of uploads says of files that are there already.

words! {
    /// What the page of uploads says of files that are there already.
    Twins;
    reading: "being compared", "비교하는 중";
    there: "already uploaded", "이미 업로드됨";
    same: "same file as", "같은 파일";
    large: "not compared, larger than 100 MB", "100MB보다 커서 비교하지 않음";
    insecure: "not compared, which takes HTTPS", "HTTPS가 아니어서 비교하지 않음";
    anyway: "Upload anyway", "그래도 업로드";
}
