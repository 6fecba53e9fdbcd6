-- Customers' names of imports and exports.

ALTER TABLE once ADD COLUMN transfer BIGINT; -- in place of a batch, which is 0 then

PRAGMA user_version = 15;
