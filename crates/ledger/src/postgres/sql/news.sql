SELECT batch FROM event WHERE number IS NULL
UNION SELECT id FROM batch WHERE state = 'cancelling'
