//! What the pages of usage, limits and reports say of their figures.

words! {
    /// What the pages of usage, limits and reports say of their figures.
    Figures;
    // Usage.
    last_days: "{0} days", "{0}일";
    span: "Span", "기간";
    csv: "Download as CSV", "CSV로 다운로드";
    by_day: "By day", "날짜별";
    no_photos: "No photo was done in these days.", "이 기간에 완료한 사진이 없습니다.";
    counted: "Photos count on the day on which they were done, in UTC.", "사진은 완료한 날짜(UTC)에 집계됩니다.";
    most: "most {0}", "최대 {0}";
    // Limits.
    limits: "Limits", "한도";
    limits_how: "What you have and may have. Limits are set by whoever runs this service; ask them for more.", "현재 사용량과 한도입니다. 한도는 서비스 운영자가 정하므로, 더 필요하면 운영자에게 요청하세요.";
    storage_what: "Beyond it, an upload is refused. Remove photos or batches that you do not need.", "한도를 넘으면 업로드가 거절됩니다. 필요 없는 사진이나 배치를 삭제하세요.";
    queued_what: "Beyond it, a batch is refused. Wait until photos are done, or send smaller batches.", "한도를 넘으면 배치가 거절됩니다. 사진이 완료될 때까지 기다리거나 배치를 나누세요.";
    running_what: "More photos than that wait until one is done; nothing is refused.", "한도를 넘는 사진은 차례를 기다립니다. 거절되지 않습니다.";
    per_batch: "Photos in a batch", "배치당 사진";
    per_batch_what: "A larger batch is refused. Make several of it.", "더 큰 배치는 거절됩니다. 여러 배치로 나누세요.";
    upload_size: "Size of an upload", "업로드 크기";
    upload_what: "A larger file is refused before it is sent.", "더 큰 파일은 보내기 전에 거절됩니다.";
    requests: "Requests a second", "초당 요청";
    requests_what: "Beyond it, a request is answered with 429, which says when to come back.", "한도를 넘으면 429로 응답하며, 언제 다시 요청할지 알려 줍니다.";
    submissions: "Batches a minute", "분당 배치";
    submissions_what: "Beyond it, a batch is answered with 429. Put more photos into one.", "한도를 넘으면 429로 응답합니다. 한 배치에 사진을 더 담으세요.";
    // Reports.
    done: "Photos done over time", "시간별 완료 사진";
    lost: "Photos failed over time", "시간별 실패 사진";
    bar_is: "A bar is {0}.", "막대 하나는 {0}입니다.";
    busy: "Photos at work over time", "시간별 처리 중인 사진";
    busy_what: "How many photos workers had at once, on average over each bar.", "작업자가 동시에 처리한 사진 수의 막대별 평균입니다.";
    times: "How long photos took", "사진별 소요 시간";
    times_what: "Photos by the time that a worker was busy with them, waits excluded.", "대기 시간을 뺀 작업 시간별 사진 수입니다.";
    memory: "Memory of photos", "사진별 메모리";
    memory_what: "Photos by the largest memory that their worker had.", "작업자의 최대 메모리별 사진 수입니다.";
}
