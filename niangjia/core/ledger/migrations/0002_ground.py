"""Row security, append-only entries, legs that balance, closed periods, balances in split rows, and the chart of accounts."""

from typing import Any

from django.db import migrations

from niangjia.base.rowsecurity import AppendOnly, NarrowReading

SLOTS = 64

# SECURITY DEFINER: at the commit the reader's scope no longer shows the legs that have to be added up.
BALANCES = """
CREATE FUNCTION ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE total numeric; n bigint; astray bigint;
BEGIN
    SELECT sum(amount), count(*), count(*) FILTER (WHERE fund_id <> NEW.fund_id OR "on" <> NEW."on") INTO total, n, astray
    FROM ledger_leg WHERE entry_id = NEW.id;
    IF n < 2 OR total <> 0 OR astray > 0 THEN
        RAISE EXCEPTION '凭证 % 借贷不平：% 条分录，合计 %', NEW.id, n, coalesce(total, 0) USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances()"""

# A posting under way holds its fund by FOR KEY SHARE, a closing FOR UPDATE: whoever comes second sees the other's work.
OPEN_PERIODS = """
CREATE FUNCTION ledger_entry_open_period() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    NEW.transaction := txid_current();
    NEW.code := 'PZ' || to_char(NEW."on", 'YYMM') || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);
    PERFORM 1 FROM ledger_fund WHERE id = NEW.fund_id FOR KEY SHARE;
    IF EXISTS (SELECT FROM ledger_closing WHERE fund_id = NEW.fund_id AND up_to >= NEW."on") THEN
        RAISE EXCEPTION '账已结，不能再记 % 的账', NEW."on" USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_open_period BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_open_period()"""

# The slot is held to the end of the transaction, so its rows are nobody else's: no waiting, no deadlock.
TALLIES = """
CREATE FUNCTION ledger_leg_tally() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE mine integer := nullif(current_setting('niangjia.ledger_slot', true), '')::integer;
BEGIN
    IF EXISTS (SELECT FROM fresh JOIN ledger_entry AS entry ON entry.id = fresh.entry_id WHERE entry.transaction <> txid_current()) THEN
        RAISE EXCEPTION '分录只能和它的凭证一起记' USING ERRCODE = 'check_violation';
    END IF;
    IF mine IS NULL THEN
        SELECT number INTO mine FROM ledger_slot OFFSET floor(random() * {slots}) LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF mine IS NULL THEN
            SELECT number INTO mine FROM ledger_slot LIMIT 1 FOR UPDATE SKIP LOCKED;
        END IF;
        IF mine IS NULL THEN
            SELECT number INTO mine FROM ledger_slot WHERE number = floor(random() * {slots})::integer FOR UPDATE;
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
END $$;
CREATE TRIGGER ledger_leg_tally AFTER INSERT ON ledger_leg REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_leg_tally()""".format(slots=SLOTS)  # noqa: UP032 (the text holds braces of no other kind)

LINES = """
CREATE FUNCTION ledger_paymentline_fast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE state_of_batch text;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'paid' THEN
        RAISE EXCEPTION '已经付了的一笔不能再改' USING ERRCODE = 'check_violation';
    END IF;
    SELECT state INTO state_of_batch FROM ledger_paymentbatch WHERE id = coalesce(NEW.batch_id, OLD.batch_id);
    IF state_of_batch = 'draft' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP <> 'UPDATE' OR (NEW.batch_id, NEW.fund_id, NEW.number, NEW.key, NEW.person_id, NEW.payee_sealed, NEW.number_sealed,
            NEW.bank, NEW.amount, NEW.owed_id, NEW.about) IS DISTINCT FROM (OLD.batch_id, OLD.fund_id, OLD.number, OLD.key,
            OLD.person_id, OLD.payee_sealed, OLD.number_sealed, OLD.bank, OLD.amount, OLD.owed_id, OLD.about) THEN
        RAISE EXCEPTION '批次已锁定，明细不能再改' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'paid' AND state_of_batch NOT IN ('sent', 'settled') THEN
        RAISE EXCEPTION '没有批准、没有送银行的一笔不能记为已付' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_paymentline_fast BEFORE INSERT OR UPDATE OR DELETE ON ledger_paymentline
    FOR EACH ROW EXECUTE FUNCTION ledger_paymentline_fast()"""

BATCHES = """
CREATE FUNCTION ledger_paymentbatch_forward() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE lines bigint; sums numeric;
BEGIN
    IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ('draft>frozen', 'frozen>checked', 'checked>approved',
            'approved>sent', 'sent>settled', 'draft>dropped', 'frozen>dropped', 'checked>dropped', 'approved>dropped') THEN
        RAISE EXCEPTION '付款批次不能从 % 到 %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> 'draft' AND (NEW.count, NEW.total, NEW.fund_id, NEW.made_by_id) IS DISTINCT FROM (OLD.count, OLD.total, OLD.fund_id, OLD.made_by_id) THEN
        RAISE EXCEPTION '批次已锁定，笔数和总额不能再改' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'frozen' THEN
        SELECT count(*), sum(amount) INTO lines, sums FROM ledger_paymentline WHERE batch_id = NEW.id;
        IF lines = 0 OR (NEW.count, NEW.total) IS DISTINCT FROM (lines::integer, sums) THEN
            RAISE EXCEPTION '控制总额和明细不符' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_paymentbatch_forward BEFORE UPDATE ON ledger_paymentbatch
    FOR EACH ROW EXECUTE FUNCTION ledger_paymentbatch_forward()"""

SEEN_IN_FORMS = "科目名称见 2010 年工会会计报表；2021 年制度（财会〔2021〕7号）的编码待核"
CHART = {
    "asset": "101 库存现金,102 银行存款,131 应收上级经费,132 应收下级经费,135 其他应收款,141 库存物品,151 投资,161 在建工程,162 固定资产",
    "liability": "211 借入款,221 应付上级经费,222 应付下级经费,225 其他应付款,231 代管经费",
    "net": "321 专用基金,331 结余",
    "income": "401 会费收入,402 拨缴经费收入,403 上级补助收入,404 政府补助收入,405 行政补助收入,406 事业收入,407 投资收益,408 其他收入",
    "expense": "501 职工活动支出,502 维权支出,503 业务支出,504 行政支出,505 资本性支出,506 补助下级支出,507 事业支出,508 其他支出",
}


def lay_ground(apps: Any, schema_editor: Any) -> None:
    slot, account = apps.get_model("ledger", "Slot"), apps.get_model("ledger", "Account")
    slot.objects.bulk_create(slot(number=number) for number in range(SLOTS))
    for nature, listed in CHART.items():
        for code, _, title in (each.partition(" ") for each in listed.split(",")):
            account.objects.create(code=code, title=title, nature=nature, source=SEEN_IN_FORMS)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("orgs", "0002_ground"), ("people", "0002_ground")]
    operations = [
        migrations.RunPython(lay_ground, migrations.RunPython.noop),
        NarrowReading("Fund", "org__lft"),
        *(
            NarrowReading(model, "fund__org__lft", behind="fund")
            for model in ("Earmark", "Entry", "Leg", "Closing", "VoucherNumber", "Tally", "PaymentBatch", "PaymentLine")
        ),
        AppendOnly("Entry"),
        AppendOnly("Leg"),
        AppendOnly("Closing"),
        migrations.RunSQL(BALANCES, "DROP FUNCTION ledger_entry_balances() CASCADE"),
        migrations.RunSQL(OPEN_PERIODS, "DROP FUNCTION ledger_entry_open_period() CASCADE"),
        migrations.RunSQL(LINES, "DROP FUNCTION ledger_paymentline_fast() CASCADE"),
        migrations.RunSQL(BATCHES, "DROP FUNCTION ledger_paymentbatch_forward() CASCADE"),
        migrations.RunSQL(TALLIES, "DROP FUNCTION ledger_leg_tally() CASCADE"),
    ]
