//! What the page of operations says.

words! {
    /// What the page of operations says.
    Operations;
    title: "Operations", "운영";
    as_of: "All tenants, at {0} UTC", "전체 테넌트, {0} UTC 기준";
    engines: "Engines", "엔진";
    up: "answers", "응답함";
    down: "does not answer", "응답 없음";
    after: "{0} ms", "{0}ms";
    ledger: "Database", "데이터베이스";
    store: "Object store", "객체 저장소";
    queue: "Message queue", "메시지 큐";
    work: "Work", "작업";
    ready: "Photos that wait", "대기 중인 사진";
    running: "Photos at work", "처리 중인 사진";
    dead: "Dead letters", "실패로 끝난 사진";
    oldest: "the oldest for {0}", "가장 오래된 것 {0}";
    seats: "Seats of {0}", "{0} 좌석";
    webhooks: "Webhook messages that wait", "대기 중인 웹훅 메시지";
    wanted: "Workers that there should be", "필요한 작업자 수";
    wanted_why: "a photo takes {0}", "사진 한 장에 {0}";
    done: "Photos done", "완료한 사진";
    minute: "Last minute", "최근 1분";
    ten_minutes: "Last ten minutes", "최근 10분";
    hour: "Last hour", "최근 1시간";
    pace: "{0} a minute · {1} megapixels", "분당 {0}장 · {1}메가픽셀";
    workers: "Workers", "작업자";
    idle: "Nobody works at the moment.", "지금 작업 중인 작업자가 없습니다.";
    worker: "Worker", "작업자";
    tenant: "Tenant", "테넌트";
    since: "For", "경과";
    attempt: "Try", "시도";
    lease: "Lease ends in", "임대 만료까지";
    no_dead: "No photo failed.", "실패한 사진이 없습니다.";
    newest: "The newest fifty. A tenant's own people can try theirs again.", "최근 50건입니다. 다시 시도는 해당 테넌트에서 할 수 있습니다.";
    failed_at: "Failed (UTC)", "실패 시각 (UTC)";
    paused: "The queue is paused: what runs goes on, nothing new is begun.", "큐가 일시 정지되었습니다. 진행 중인 사진만 끝까지 처리합니다.";
    pause: "Pause the queue", "큐 일시 정지";
    pause_sure: "No photo of any tenant is begun until the queue goes on. Pause it?", "큐를 다시 시작할 때까지 모든 테넌트의 사진을 새로 처리하지 않습니다. 일시 정지할까요?";
    resume: "Let the queue go on", "큐 다시 시작";
    resume_sure: "Photos of all tenants are begun again. Go on?", "모든 테넌트의 사진 처리를 다시 시작합니다. 계속할까요?";
}
