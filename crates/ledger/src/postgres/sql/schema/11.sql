-- Customers' names of imports and exports; uploads are found by their tickets.

ALTER TABLE once ADD COLUMN transfer BIGINT; -- in place of a batch, which is 0 then
CREATE INDEX upload_ticket ON upload (tenant, ticket) WHERE state = 'open';
