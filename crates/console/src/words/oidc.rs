//! Coming in by a provider.

use super::say;
use service::web::people::oidc::Why;

words! {
    /// Coming in by a provider; `{0}` is what people call it.
    Oidc;
    go_on: "Continue with {0}", "{0}(으)로 계속하기";
    or: "or", "또는";
    not_connected: "You are not connected. Once you are, {0} lets you in too.", "아직 연결되지 않았습니다. 연결하면 {0}(으)로도 로그인할 수 있습니다.";
    connect: "Connect {0}", "{0} 연결";
    since: "Connected since {0}", "{0}부터 연결됨";
    disconnect: "Disconnect", "연결 해제";
    disconnect_sure: "Only your password lets you in then. Disconnect?", "이후에는 비밀번호로만 로그인할 수 있습니다. 연결을 해제할까요?";
    no_password: "You have no password. An owner can give you a link that sets one.", "비밀번호가 없습니다. 소유자가 비밀번호를 정하는 링크를 드릴 수 있습니다.";
    // Why somebody stays outside.
    stale: "This login took too long, or began in another window. Please try again.", "로그인 시간이 지났거나 다른 창에서 시작되었습니다. 다시 시도해 주세요.";
    declined: "The login was cancelled, or you may not use it.", "로그인이 취소되었거나 권한이 없습니다.";
    provider: "The login service does not answer as it should. Please try again later, or use your password.", "로그인 서비스가 제대로 응답하지 않습니다. 나중에 다시 시도하거나 비밀번호를 사용해 주세요.";
    invalid: "The answer of the login service cannot be trusted, so nobody was let in. Please try again.", "로그인 서비스의 응답을 신뢰할 수 없어 로그인하지 않았습니다. 다시 시도해 주세요.";
    too_many: "Too many logins have failed from your network. Please wait a few minutes.", "이 네트워크에서 실패한 로그인이 너무 많습니다. 몇 분 뒤에 다시 시도해 주세요.";
    stranger: "Nobody here knows this account. Please ask an owner for an invitation.", "등록되지 않은 계정입니다. 소유자에게 초대를 요청해 주세요.";
    login_taken: "There is a user of this name already. If it is you, log in with your password and connect on the page of your account.", "같은 이름의 사용자가 이미 있습니다. 본인이라면 비밀번호로 로그인한 뒤 계정 페이지에서 연결해 주세요.";
    connected: "This account is connected with another user, or you are connected with another account.", "이 계정은 다른 사용자와 연결되어 있거나, 이미 다른 계정과 연결되어 있습니다.";
    disabled: "This user is disabled. An owner can enable it.", "사용 중지된 사용자입니다. 소유자가 다시 사용하게 할 수 있습니다.";
    invitation: "This invitation was accepted, or its time is over. Please ask for another.", "이미 사용했거나 기한이 지난 초대입니다. 새 초대를 요청해 주세요.";
    ours: "Something that is needed is away. Please try again later.", "필요한 서비스가 응답하지 않습니다. 나중에 다시 시도해 주세요.";
}

impl Oidc {
    /// A phrase with its one blank filled in.
    pub fn fill(&self, phrase: &str, blank: &str) -> String {
        say(phrase, &[&blank])
    }

    /// Why somebody stays outside.
    pub fn of(&self, why: &Why) -> &'static str {
        match why {
            Why::Stale => self.stale,
            Why::Declined => self.declined,
            Why::Provider => self.provider,
            Why::Invalid => self.invalid,
            Why::TooMany => self.too_many,
            Why::Stranger => self.stranger,
            Why::LoginTaken => self.login_taken,
            Why::Connected => self.connected,
            Why::Disabled => self.disabled,
            Why::Invitation => self.invitation,
            Why::Ours => self.ours,
        }
    }
}
