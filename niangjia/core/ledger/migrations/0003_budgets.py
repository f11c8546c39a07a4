"""Budgets in versions, commitments, the bank's statements and their matches; the database holds spending within the budget."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from niangjia.base.rowsecurity import AppendOnly, NarrowReading

# The line on which an expense counts: the account's own or that of the nearest account above it, the earmark's own before the general one.
PLACE = """
CREATE FUNCTION ledger_budget_in_force(of_fund bigint, of_year integer) RETURNS bigint LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT id FROM ledger_budget WHERE fund_id = of_fund AND year = of_year AND state = 'approved' ORDER BY version DESC LIMIT 1
$$;
CREATE FUNCTION ledger_budget_line(of_budget bigint, of_account bigint, of_earmark bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH RECURSIVE up AS (
        SELECT id, parent_id, 0 AS depth FROM ledger_account WHERE id = of_account
        UNION ALL SELECT above.id, above.parent_id, depth + 1 FROM up JOIN ledger_account AS above ON above.id = up.parent_id
    )
    SELECT line.id FROM ledger_budgetline AS line JOIN up ON up.id = line.account_id
    WHERE line.budget_id = of_budget
        AND (line.earmark_id IS NULL OR line.earmark_id = of_earmark)
    ORDER BY up.depth, line.earmark_id NULLS LAST LIMIT 1
$$"""
USED = """
CREATE FUNCTION ledger_commitment_used(of_commitment bigint) RETURNS numeric LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(sum(leg.amount), 0.00) FROM ledger_entry AS entry JOIN ledger_leg AS leg ON leg.entry_id = entry.id
        JOIN ledger_account AS account ON account.id = leg.account_id AND account.nature = 'expense'
    WHERE entry.commitment_id = of_commitment
$$"""
USE = """
CREATE FUNCTION ledger_budget_use(of_fund bigint, of_year integer, of_budget bigint)
RETURNS TABLE (line bigint, account bigint, earmark bigint, amount numeric, committed numeric, spent numeric)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH used AS (
        SELECT tally.account_id, tally.earmark_id, 0.00 AS committed, sum(tally.debit - tally.credit) AS spent FROM ledger_tally AS tally
            JOIN ledger_account AS account ON account.id = tally.account_id AND account.nature = 'expense'
        WHERE tally.fund_id = of_fund AND tally.month BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 1) GROUP BY 1, 2
        UNION ALL
        SELECT account_id, earmark_id, sum(commitment.amount - ledger_commitment_used(commitment.id)), 0.00 FROM ledger_commitment AS commitment
        WHERE fund_id = of_fund AND state = 'open' AND "on" BETWEEN make_date(of_year, 1, 1) AND make_date(of_year, 12, 31) GROUP BY 1, 2
    ), placed AS (
        SELECT ledger_budget_line(of_budget, account_id, earmark_id) AS line, used.* FROM used
    )
    SELECT line.id, line.account_id, line.earmark_id, line.amount, coalesce(sum(placed.committed), 0.00), coalesce(sum(placed.spent), 0.00)
    FROM ledger_budgetline AS line LEFT JOIN placed ON placed.line = line.id
    WHERE line.budget_id = of_budget
    GROUP BY line.id
    UNION ALL
    SELECT NULL, placed.account_id, placed.earmark_id, 0.00, sum(placed.committed), sum(placed.spent) FROM placed WHERE placed.line IS NULL
    GROUP BY placed.account_id, placed.earmark_id HAVING sum(placed.committed) <> 0 OR sum(placed.spent) <> 0
$$"""
# Whoever spends, promises or changes the budget of a fund's year holds it to the end of the transaction; other funds are not touched.
WITHIN = """
CREATE FUNCTION ledger_stay_within(of_fund bigint, of_year integer, of_account bigint, of_earmark bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE budget bigint; at bigint; over record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(format('ledger.budget %s %s', of_fund, of_year), 0));
    budget := ledger_budget_in_force(of_fund, of_year);
    at := ledger_budget_line(budget, of_account, of_earmark);
    SELECT * INTO over FROM ledger_budget_use(of_fund, of_year, budget) AS use
        WHERE use.amount < use.committed + use.spent AND (use.line = at OR (at IS NULL AND use.line IS NULL AND use.account = of_account));
    IF FOUND THEN
        RAISE EXCEPTION '超出预算：% 年预算 % 元，已支出 % 元，已承诺 % 元', of_year, over.amount, over.spent, over.committed USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION ledger_leg_within_budget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT fresh.fund_id, extract(year FROM fresh."on")::integer AS year, fresh.account_id, fresh.earmark_id FROM fresh
        JOIN ledger_account AS account ON account.id = fresh.account_id AND account.nature = 'expense'
        JOIN ledger_fund AS fund ON fund.id = fresh.fund_id AND fund.is_budgeted
        GROUP BY 1, 2, 3, 4 HAVING sum(fresh.amount) > 0 ORDER BY 1, 2
    LOOP
        PERFORM ledger_stay_within(one.fund_id, one.year, one.account_id, one.earmark_id);
    END LOOP;
    FOR one IN SELECT DISTINCT commitment.id, commitment.code, commitment.amount, ledger_commitment_used(commitment.id) AS used,
            commitment.fund_id <> entry.fund_id OR extract(year FROM commitment."on") <> extract(year FROM entry."on") AS astray
        FROM fresh JOIN ledger_account AS account ON account.id = fresh.account_id AND account.nature = 'expense'
        JOIN ledger_entry AS entry ON entry.id = fresh.entry_id JOIN ledger_commitment AS commitment ON commitment.id = entry.commitment_id
    LOOP
        IF one.astray OR one.used > one.amount THEN
            RAISE EXCEPTION '承诺 % 共 % 元，用到了 % 元', one.code, one.amount, one.used USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_leg_within_budget AFTER INSERT ON ledger_leg REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_leg_within_budget();
CREATE FUNCTION ledger_commitment_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.fund_id, NEW.account_id, NEW.earmark_id, NEW.amount, NEW."on", NEW.code) IS DISTINCT FROM
            (OLD.fund_id, OLD.account_id, OLD.earmark_id, OLD.amount, OLD."on", OLD.code) OR TG_OP = 'UPDATE' AND OLD.state = 'released' THEN
        RAISE EXCEPTION '承诺登记以后不能改，要改先释放' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'open' THEN
        PERFORM ledger_stay_within(NEW.fund_id, extract(year FROM NEW."on")::integer, NEW.account_id, NEW.earmark_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_commitment_kept AFTER INSERT OR UPDATE ON ledger_commitment FOR EACH ROW EXECUTE FUNCTION ledger_commitment_kept()"""
BUDGETS = """
CREATE FUNCTION ledger_budget_forward() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF OLD.state <> 'entered' OR (NEW.fund_id, NEW.year, NEW.version, NEW.resolution, NEW.entered_by_id) IS DISTINCT FROM
            (OLD.fund_id, OLD.year, OLD.version, OLD.resolution, OLD.entered_by_id) THEN
        RAISE EXCEPTION '预算审定或退回以后不能再改，要改另编一版' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(format('ledger.budget %s %s', NEW.fund_id, NEW.year), 0));
        IF EXISTS (SELECT FROM ledger_budget_use(NEW.fund_id, NEW.year, NEW.id) WHERE amount < committed + spent) THEN
            RAISE EXCEPTION '新的预算低于已经支出和承诺的' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_budget_forward AFTER UPDATE ON ledger_budget FOR EACH ROW EXECUTE FUNCTION ledger_budget_forward();
CREATE FUNCTION ledger_budgetline_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_budget AS budget JOIN ledger_account AS account ON account.id = NEW.account_id
        LEFT JOIN ledger_earmark AS earmark ON earmark.id = NEW.earmark_id
        WHERE budget.id = NEW.budget_id AND budget.state = 'entered' AND account.nature = 'expense'
            AND (NEW.earmark_id IS NULL OR earmark.fund_id = budget.fund_id)) THEN
        RAISE EXCEPTION '预算明细只能和待审定的预算一起编，科目要是支出科目，专项要是这本账的' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_budgetline_fits BEFORE INSERT ON ledger_budgetline FOR EACH ROW EXECUTE FUNCTION ledger_budgetline_fits()"""

# At the commit a match's lines and legs are the same sum, of one fund, the legs those of money in the bank; what the bank said is never changed.
MATCHES = """
CREATE FUNCTION ledger_bankmatch_equal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE of_match bigint; lines numeric; held numeric; astray bigint; n bigint;
BEGIN
    IF TG_TABLE_NAME = 'ledger_bankmatch' THEN
        of_match := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        of_match := OLD.match_id;
    ELSE
        of_match := coalesce(NEW.match_id, OLD.match_id);
    END IF;
    IF of_match IS NULL OR NOT EXISTS (SELECT FROM ledger_bankmatch WHERE id = of_match) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(amount), 0), count(*) INTO lines, n FROM ledger_bankline WHERE match_id = of_match;
    SELECT coalesce(sum(leg.amount), 0), count(*) FILTER (WHERE account.code <> '102' OR leg.fund_id <> match.fund_id) INTO held, astray
        FROM ledger_matchedleg AS one JOIN ledger_leg AS leg ON leg.id = one.leg_id JOIN ledger_account AS account ON account.id = leg.account_id
        JOIN ledger_bankmatch AS match ON match.id = one.match_id WHERE one.match_id = of_match;
    IF lines <> held OR n = 0 OR astray > 0 OR EXISTS (SELECT FROM ledger_bankline AS line JOIN ledger_bankmatch AS match ON match.id = line.match_id
            WHERE match.id = of_match AND line.fund_id <> match.fund_id) THEN
        RAISE EXCEPTION '勾对的银行流水 % 元，账上 % 元，不相等', lines, held USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_bankmatch_equal AFTER INSERT ON ledger_bankmatch DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_bankmatch_equal();
CREATE CONSTRAINT TRIGGER ledger_matchedleg_equal AFTER DELETE OR UPDATE ON ledger_matchedleg DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_bankmatch_equal();
CREATE CONSTRAINT TRIGGER ledger_bankline_equal AFTER UPDATE OF match_id ON ledger_bankline DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.match_id IS NOT NULL) EXECUTE FUNCTION ledger_bankmatch_equal();
CREATE FUNCTION ledger_bankline_fast() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.code := 'LS' || to_char(NEW."on", 'YYMM') || '-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR NEW.match_id <> OLD.match_id OR (NEW.code, NEW.fund_id, NEW.statement_id, NEW.row, NEW.key, NEW."on", NEW.amount, NEW.remark, NEW.number) IS DISTINCT FROM
            (OLD.code, OLD.fund_id, OLD.statement_id, OLD.row, OLD.key, OLD."on", OLD.amount, OLD.remark, OLD.number) THEN
        RAISE EXCEPTION '银行流水收进来以后不能改' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_bankline_fast BEFORE INSERT OR UPDATE OR DELETE ON ledger_bankline FOR EACH ROW EXECUTE FUNCTION ledger_bankline_fast()"""

LINES = """
CREATE OR REPLACE FUNCTION ledger_paymentline_fast() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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
            NEW.bank, NEW.amount, NEW.owed_id, NEW.about, NEW.commitment_id) IS DISTINCT FROM (OLD.batch_id, OLD.fund_id, OLD.number, OLD.key,
            OLD.person_id, OLD.payee_sealed, OLD.number_sealed, OLD.bank, OLD.amount, OLD.owed_id, OLD.about, OLD.commitment_id) THEN
        RAISE EXCEPTION '批次已锁定，明细不能再改' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'paid' AND state_of_batch NOT IN ('sent', 'settled') THEN
        RAISE EXCEPTION '没有批准、没有送银行的一笔不能记为已付' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$"""

GROUND = [
    *(
        NarrowReading(model, path, behind=behind)
        for model, path, behind in (
            ("Budget", "fund__org__lft", "fund"),
            ("BudgetLine", "budget__fund__org__lft", "budget"),
            ("Commitment", "fund__org__lft", "fund"),
            ("BankStatement", "fund__org__lft", "fund"),
            ("BankMatch", "fund__org__lft", "fund"),
            ("BankLine", "fund__org__lft", "fund"),
            ("MatchedLeg", "match__fund__org__lft", "match"),
        )
    ),
    AppendOnly("BudgetLine"),
    AppendOnly("BankStatement"),
    migrations.RunSQL(PLACE, "DROP FUNCTION ledger_budget_line, ledger_budget_in_force CASCADE"),
    migrations.RunSQL(USED, "DROP FUNCTION ledger_commitment_used CASCADE"),
    migrations.RunSQL(USE, "DROP FUNCTION ledger_budget_use CASCADE"),
    migrations.RunSQL(WITHIN, "DROP FUNCTION ledger_stay_within, ledger_leg_within_budget, ledger_commitment_kept CASCADE"),
    migrations.RunSQL(BUDGETS, "DROP FUNCTION ledger_budget_forward, ledger_budgetline_fits CASCADE"),
    migrations.RunSQL(MATCHES, "DROP FUNCTION ledger_bankmatch_equal, ledger_bankline_fast CASCADE"),
    migrations.RunSQL(LINES, migrations.RunSQL.noop),
]


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_ground"),
        ("ledger", "0002_ground"),
        ("people", "0003_transfers_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatchedLeg",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="BankMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how",
                    models.CharField(
                        choices=[("batch", "按付款批次"), ("single", "按金额和日期"), ("hand", "手工")],
                        max_length=6,
                        verbose_name="怎样勾对的",
                    ),
                ),
                ("by", models.CharField(max_length=60, verbose_name="勾对")),
                ("at", models.DateTimeField(verbose_name="勾对时间")),
                ("fund", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="matches", to="ledger.fund")),
            ],
        ),
        migrations.CreateModel(
            name="BankStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("start", models.DateField(verbose_name="起")),
                ("end", models.DateField(verbose_name="止（含）")),
                ("opening", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="期初余额")),
                ("closing", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="期末余额")),
                ("rows", models.PositiveIntegerField(verbose_name="行数")),
                ("fresh", models.PositiveIntegerField(verbose_name="新收的行数")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("by", models.CharField(max_length=60, verbose_name="收进来的人")),
                ("taken_at", models.DateTimeField(verbose_name="收进来的时间")),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile", verbose_name="文件"
                    ),
                ),
                ("fund", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="ledger.fund")),
            ],
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(editable=False, max_length=24, unique=True, verbose_name="编码")),
                ("row", models.PositiveIntegerField(verbose_name="文件里第几行")),
                ("key", models.CharField(max_length=64, verbose_name="同一笔的标识")),
                ("on", models.DateField(verbose_name="日期")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="金额（收正付负）")),
                ("counterparty_sealed", models.BinaryField(null=True, verbose_name="对方户名")),
                ("remark", models.CharField(blank=True, max_length=120, verbose_name="摘要")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="银行流水号")),
                (
                    "fund",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="bank_lines", to="ledger.fund"
                    ),
                ),
                (
                    "match",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.bankmatch"),
                ),
                (
                    "statement",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.bankstatement"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("version", models.PositiveSmallIntegerField(verbose_name="第几版")),
                (
                    "state",
                    models.CharField(
                        choices=[("entered", "待审定"), ("approved", "已审定"), ("refused", "已退回")],
                        default="entered",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("resolution", models.CharField(max_length=80, verbose_name="依据的会议决议")),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                ("entered_at", models.DateTimeField(verbose_name="编制时间")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="审定时间")),
                ("refused_because", models.CharField(blank=True, max_length=120, verbose_name="退回理由")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审定人",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="编制人"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="budgets", to="ledger.fund"
                    ),
                ),
            ],
            options={
                "ordering": ["fund", "-year", "-version"],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="预算（元）")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                        verbose_name="科目",
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.budget"
                    ),
                ),
                (
                    "earmark",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.earmark",
                        verbose_name="专项",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="编号")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16, verbose_name="金额")),
                ("text", models.CharField(max_length=120, verbose_name="事由")),
                ("about", models.CharField(blank=True, max_length=60, verbose_name="关于")),
                ("on", models.DateField(verbose_name="签订日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "已签未付"), ("spent", "已用完"), ("released", "已释放")],
                        default="open",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("by", models.CharField(max_length=60, verbose_name="登记")),
                ("made_at", models.DateTimeField(verbose_name="登记时间")),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="释放日期")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="释放理由")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                        verbose_name="支出科目",
                    ),
                ),
                (
                    "earmark",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.earmark",
                        verbose_name="专项",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="commitments", to="ledger.fund"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="entry",
            name="commitment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="ledger.commitment",
                verbose_name="用的承诺",
            ),
        ),
        migrations.AddField(
            model_name="paymentline",
            name="commitment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="ledger.commitment",
                verbose_name="用的承诺",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(condition=models.Q(("commitment__isnull", False)), fields=["commitment"], name="ledger_entry_commitment"),
        ),
        migrations.AddIndex(
            model_name="paymentline",
            index=models.Index(
                condition=models.Q(("commitment__isnull", False)), fields=["commitment"], name="ledger_paymentline_commitment"
            ),
        ),
        migrations.AddField(
            model_name="matchedleg",
            name="leg",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="matched", to="ledger.leg"),
        ),
        migrations.AddField(
            model_name="matchedleg",
            name="match",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="legs", to="ledger.bankmatch"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(fields=("fund", "sha256"), name="ledger_bankstatement_once"),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.CheckConstraint(condition=models.Q(("end__gte", models.F("start"))), name="ledger_bankstatement_forward"),
        ),
        migrations.AddIndex(
            model_name="bankline",
            index=models.Index(fields=["fund", "on"], name="ledger_bankline_day"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.UniqueConstraint(fields=("fund", "key"), name="ledger_bankline_once"),
        ),
        migrations.AddConstraint(
            model_name="bankline",
            constraint=models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="ledger_bankline_not_nothing"),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(fields=("fund", "year", "version"), name="ledger_budget_version"),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "entered")),
                fields=("fund", "year"),
                name="ledger_budget_one_waits",
                violation_error_message="这一年已经有一版预算等着审定",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True), models.Q(("approved_by", models.F("entered_by")), _negated=True), _connector="OR"
                ),
                name="ledger_budget_approved_by_another",
                violation_error_message="审定要由编制人以外的人办",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="ledger_budget_holds_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True), models.Q(("refused_because", ""), _negated=True), _connector="OR"
                ),
                name="ledger_budget_refused_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(condition=models.Q(("resolution", ""), _negated=True), name="ledger_budget_has_resolution"),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.UniqueConstraint(
                fields=("budget", "account", "earmark"), name="ledger_budgetline_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="ledger_budgetline_not_negative"),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(fields=["fund", "on"], name="ledger_commitment_day"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ledger_commitment_positive"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "released"), _negated=True),
                    models.Q(models.Q(("reason", ""), _negated=True), ("released_on__isnull", False)),
                    _connector="OR",
                ),
                name="ledger_commitment_release_reason",
            ),
        ),
        *GROUND,
    ]
