//! What the page of operations says when an engine is away.

words! {
    /// What the page of operations says when an engine is away.
    Outage;
    ledger_asked: "Asked how much work there is: failed after {0}.", "작업량을 물었으나 {0} 뒤 실패했습니다.";
    store_asked: "Asked for a name that nobody uses: failed after {0}.", "쓰지 않는 이름을 물었으나 {0} 뒤 실패했습니다.";
    queue_asked: "Asked how it stands: failed after {0}.", "상태를 물었으나 {0} 뒤 실패했습니다.";
    redis_asked: "Its connection is lost.", "연결이 끊겼습니다.";
    ledger_means: "Nothing is begun and nothing is lost. All goes on by itself once it answers.", "새 작업을 시작하지 않으며, 잃는 것은 없습니다. 다시 응답하면 저절로 계속됩니다.";
    store_means: "Uploads fail, and photos are tried again. If it lasts, pause the queue.", "업로드가 실패하고 사진은 다시 시도됩니다. 오래 걸리면 큐를 일시 정지하세요.";
    queue_means: "Tasks are called again after a minute. Nothing is lost.", "작업은 1분 뒤 다시 호출됩니다. 잃는 것은 없습니다.";
    redis_means: "All goes on, slower, and each web server has limits of its own.", "느려지지만 계속 동작합니다. 한도는 웹 서버마다 따로 셉니다.";
    doctor: "On a machine of the service, this says why:", "서비스가 실행되는 장비에서 다음 명령으로 원인을 확인하세요.";
    unread: "The database does not tell this at the moment.", "지금은 데이터베이스에서 읽을 수 없습니다.";
    nobody: "The database did not tell who you are, so nothing but the engines is shown.", "데이터베이스에서 로그인 정보를 읽지 못해 엔진 상태만 표시합니다.";
    again: "Look again", "다시 확인";
}
