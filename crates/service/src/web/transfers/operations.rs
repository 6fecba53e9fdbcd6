//! The five operations that imports and exports have in common.

/// Of a kind, with its id and what it is called; then what is said of a cancelled one, where its files go, and what is said
/// of one that is tried again.
macro_rules! operations {
    ($kind:ident, $id:ident, $what:literal, $stays:literal, $over:literal, $but:literal) => {
        /// Those of the tenant.
        #[utoipa::path(get, summary = concat!(stringify!($kind), "s of the tenant"),
            operation_id = concat!("list_", $what, "s"), path = concat!("/v1/", $what, "s"), tag = "transfers",
            params(Paging), responses(
            (status = 200, description = "Newest first", body = Listed<Transfer>),
            (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn list(
            State(house): Shop,
            Reader(caller): Reader,
            Query(paging): Query<Paging>,
        ) -> Result<Json<Listed<Transfer>>, Problem> {
            super::list(&house, caller.tenant, TransferKind::$kind, &paging).await.map(Json)
        }

        /// One of them.
        #[utoipa::path(get, summary = concat!("An ", $what),
            operation_id = concat!("get_", $what), path = concat!("/v1/", $what, "s/{id}"), tag = "transfers",
            params(("id" = $id, Path)), responses(
            (status = 200, description = "As it stands", body = Transfer),
            (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn look(
            State(house): Shop,
            Reader(caller): Reader,
            Path(id): Path<$id>,
        ) -> Result<Json<Transfer>, Problem> {
            Ok(Json(show(&house, find(&house, caller.tenant, TransferKind::$kind, id.0).await?).await?))
        }

        /// Its files.
        #[utoipa::path(get, summary = concat!("Files of an ", $what),
            operation_id = concat!("list_", $what, "_files"), path = concat!("/v1/", $what, "s/{id}/files"),
            tag = "transfers", params(("id" = $id, Path), Which), responses(
            (status = 200, description = "In their order", body = Listed<File>),
            (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn files(
            State(house): Shop,
            Reader(caller): Reader,
            Path(id): Path<$id>,
            Query(which): Query<Which>,
        ) -> Result<Json<Listed<File>>, Problem> {
            find(&house, caller.tenant, TransferKind::$kind, id.0).await?;
            super::files(&house, TransferKind::$kind, id.0, which).await.map(Json)
        }

        /// Cancels it.
        #[utoipa::path(delete, summary = concat!("Cancel an ", $what, $stays),
            operation_id = concat!("cancel_", $what), path = concat!("/v1/", $what, "s/{id}"),
            tag = "transfers", params(("id" = $id, Path)), responses(
            (status = 204, description = $over),
            (status = "4XX", description = "Not cancelled", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn cancel(
            State(house): Shop,
            Writer(caller): Writer,
            Path(id): Path<$id>,
        ) -> Result<StatusCode, Problem> {
            super::cancel(&house, caller.tenant, TransferKind::$kind, id.0).await
        }

        /// Tries again what failed of it.
        #[utoipa::path(post, summary = concat!("Try again what failed of an ", $what, $but),
            operation_id = concat!("retry_", $what), path = concat!("/v1/", $what, "s/{id}/retry"),
            tag = "transfers", params(("id" = $id, Path)), responses(
            (status = 202, description = "They wait for a worker again", body = Retried),
            (status = "4XX", description = "Not tried", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn retry(
            State(house): Shop,
            Writer(caller): Writer,
            Path(id): Path<$id>,
        ) -> Result<(StatusCode, Json<Retried>), Problem> {
            super::retry(&house, caller.tenant, TransferKind::$kind, id.0).await
        }
    };
}
pub(super) use operations;
