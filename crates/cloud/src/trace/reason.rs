//! Why a packet does not arrive, in the vocabulary of AWS Reachability Analyzer.

use serde::{Serialize, Serializer};

/// Where the codes are explained.
pub const CODES: &str = "https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html";

macro_rules! reasons {
    ($($name:ident $code:literal $means:literal;)*) => {
        /// Why a packet does not arrive.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {$(
            #[doc = $means]
            $name,
        )*}

        impl Reason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its code.
            pub fn code(self) -> &'static str {
                match self {$(Self::$name => $code,)*}
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self {$(Self::$name => $means,)*}
            }
        }
    };
}

reasons! {
    AclRestriction "SUBNET_ACL_RESTRICTION" "The network ACL of the subnet denies the packet.";
    GroupMismatch "ENI_SG_RULES_MISMATCH" "No rule of the security groups allows the connection.";
    GroupEmpty "SG_HAS_NO_RULES" "The security groups have no rule in this direction.";
    NoRoute "NO_ROUTE_TO_DESTINATION" "The route table has no route that leads there.";
    Blackhole "BAD_STATE_ROUTE" "The target of the route is gone.";
    NoPublicAddress "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" "The sender has no public address, which the internet gateway needs.";
    NotPublic "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" "The destination has no public address, so nobody outside can name it.";
    PrivateOutside "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS" "The internet gateway passes no private destination on.";
    PrivateSource "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS" "The internet gateway passes no private source on.";
    NobodyThere "NO_POSSIBLE_DESTINATION" "Nothing has this address.";
    NoListener "ELBV2_LISTENERS_MISMATCH" "The load balancer does not listen on this port.";
    NoTargets "ELBV2_LISTENER_HAS_NO_TG" "The target group of the listener has no targets.";
    WrongProtocol "PROTOCOL_RESTRICTION" "The component takes no packets of this protocol.";
    EndpointProtocol "VPCE_GATEWAY_PROTOCOL_RESTRICTION" "A gateway endpoint passes TCP and ICMP alone.";
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}
