"""A posting holds one slot and not all those before it; when every slot is held it waits for one, and never comes away without."""

from django.db import migrations

SLOTS = 64
TALLIES = """
CREATE OR REPLACE FUNCTION ledger_leg_tally() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE mine integer := nullif(current_setting('niangjia.ledger_slot', true), '')::integer;
    wish integer := floor(random() * {slots});
BEGIN
    IF EXISTS (SELECT FROM fresh JOIN ledger_entry AS entry ON entry.id = fresh.entry_id WHERE entry.transaction <> txid_current()) THEN
        RAISE EXCEPTION '分录只能和它的凭证一起记' USING ERRCODE = 'check_violation';
    END IF;
    IF mine IS NULL THEN
        SELECT number INTO mine FROM ledger_slot WHERE number >= wish ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF mine IS NULL THEN
            SELECT number INTO mine FROM ledger_slot ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED;
        END IF;
        IF mine IS NULL THEN
            SELECT number INTO mine FROM ledger_slot WHERE number = wish FOR UPDATE;
        END IF;
        PERFORM set_config('niangjia.ledger_slot', mine::text, true);
    END IF;
    INSERT INTO ledger_tally AS kept (fund_id, account_id, earmark_id, month, slot, debit, credit, legs)
    SELECT fund_id, account_id, earmark_id, date_trunc('month', "on")::date, mine,
        sum(greatest(amount, 0)), sum(greatest(-amount, 0)), count(*)
    FROM fresh GROUP BY 1, 2, 3, 4
    ON CONFLICT (fund_id, account_id, earmark_id, month, slot) DO UPDATE
        SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit, legs = kept.legs + excluded.legs;
    RETURN NULL;
END $$""".format(slots=SLOTS)  # noqa: UP032 (the text holds braces of no other kind)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_budgets")]
    operations = [migrations.RunSQL(TALLIES, migrations.RunSQL.noop)]
