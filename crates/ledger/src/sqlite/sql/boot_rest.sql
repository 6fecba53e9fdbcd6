UPDATE task SET due = 0 WHERE due > 0;
UPDATE task SET heard = 0 WHERE state = 'ready' AND heard IS NOT NULL;
UPDATE seat SET rest = 0 WHERE rest IS NOT NULL;
UPDATE batch SET waits = 0 WHERE state = 'sealed' AND seated = 1 AND waits IS NOT NULL;
UPDATE dispatch SET due = 0;
UPDATE delivery SET due = 0 WHERE state = 'waiting';
UPDATE delivery SET lease = 0 WHERE lease IS NOT NULL;
UPDATE house SET broom_until = 0;
