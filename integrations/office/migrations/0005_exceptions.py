from django.db import migrations, models

from portal.shared.wall import common

# With the rights of whoever asks: a view with its author's rights would be a door in the wall.
VIEW = """
create view office_exception with (security_invoker = true) as
with business(role) as (values ('buyer'), ('quality_engineer'), ('receiving')),
open_letters as (
    select d.id, 'letter' as source, d.id as subject_id, d.failure_code as code, d.owner,
        coalesce(o.number, d.topic) as label, d.failure as message, d.remedy, '' as model, false as mappable,
        '' as answered_by, coalesce(s.name, '') as supplier_name, o.id as order_id,
        coalesce(o.number, '') as order_number, 0 as held_up, o.plant_id, o.next_date as need_date,
        parked.at as since, null::timestamptz as resolved_at, '' as resolved_by, '' as resolution
    from office_delivery d
    left join suppliers_purchase_order o on o.id = d.about_id
    left join suppliers_supplier s on s.id = d.supplier_id
    cross join lateral (
        select c.at from portal_state_change c
        where c.object_type = 'office.delivery' and c.object_id = d.id and c.after = 'needs_person'
        order by c.at desc, c.id desc limit 1
    ) parked
    where d.state = 'needs_person'
),
resolved_letters as (
    select r.id, 'letter', d.id, d.failure_code, d.owner, coalesce(o.number, d.topic), parked.reason, '', '', false,
        '', coalesce(s.name, ''), o.id, coalesce(o.number, ''), 0, o.plant_id, o.next_date,
        parked.at, r.at, r.actor_name, r.after
    from portal_state_change r
    join office_delivery d on d.id = r.object_id
    left join suppliers_purchase_order o on o.id = d.about_id
    left join suppliers_supplier s on s.id = d.supplier_id
    cross join lateral (
        select c.at, c.reason from portal_state_change c
        where c.object_type = 'office.delivery' and c.object_id = d.id and c.after = 'needs_person' and c.at <= r.at
        order by c.at desc, c.id desc limit 1
    ) parked
    where r.object_type = 'office.delivery' and r.before = 'needs_person'
),
records as (
    select t.id, 'record', t.id, t.code, t.owner, t.label, t.message, t.remedy, t.model,
        t.suggestions <> '[]'::jsonb and t.resolved_at is null, t.answered_by, coalesce(s.name, ''), o.id,
        case when t.model = 'purchase.order' then t.label else coalesce(w.label, '') end, w.number::int,
        coalesce(t.plant_id, w.plant_id, o.plant_id), least(t.need_date, w.need_date), t.first_at, t.resolved_at,
        t.resolved_by, case when t.answer <> '' then t.answer when t.resolved_at is null then '' else 'taken_in' end
    from office_trouble t
    left join office_mapping m
        on m.connection_id = t.connection_id and m.model = t.model and m.remote_id = t.remote_id
        and m.model = 'purchase.order'
    left join suppliers_purchase_order o on o.id::text = m.object_id
    left join suppliers_supplier s on s.id = o.supplier_id
    cross join lateral (
        select count(*) as number, min(b.need_date) as need_date, min(b.label) as label, min(b.plant_id) as plant_id
        from office_trouble b
        where b.because_model = t.model and b.because_id = t.remote_id and b.connection_id = t.connection_id
          and b.resolved_at is null and t.resolved_at is null
    ) w
),
conflicts as (
    select l.id, 'conflict', l.id, 'conflict', 'buyer', o.number || ' / ' || l.position, l.sync_note, '', '', false,
        '', s.name, o.id, o.number, 0, l.plant_id, l.requested_date, coalesce(met.at, o.released_at),
        null::timestamptz, '', ''
    from suppliers_order_line l
    join suppliers_purchase_order o on o.id = l.order_id
    join suppliers_supplier s on s.id = l.supplier_id
    left join lateral (
        select max(d.settled_at) as at from office_delivery d
        where d.about_id = o.id and d.steps #> '{lines,conflict}' ? l.id::text
    ) met on true
    where l.sync = 'conflict'
),
found as (
    select * from open_letters union all select * from resolved_letters
    union all select * from records union all select * from conflicts
)
select found.*, found.owner in (select role from business) as business, coalesce(p.name, '') as plant_name,
    p.time_zone, p.working_days, p.holidays
from found left join suppliers_plant p on p.id = found.plant_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0004_awaited"),
        ("suppliers", "0011_vendors"),
        ("portal_shared", "0003_never_emptied"),
    ]

    operations = [
        migrations.AddField("mapping", "current", models.BooleanField(default=True)),
        migrations.RemoveConstraint("mapping", "mapping_object"),
        migrations.AddConstraint(
            "mapping",
            models.UniqueConstraint(
                condition=models.Q(("current", True)),
                fields=("connection", "model", "object_id"),
                name="mapping_current_object",
            ),
        ),
        migrations.AddIndex("mapping", models.Index(fields=["object_type", "object_id"], name="mapping_object_rows")),
        migrations.AddField("mapping", "made_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "mapping",
            "standing",
            models.CharField(
                blank=True,
                choices=[
                    ("", "Not compared yet"),
                    ("in_use", "In use"),
                    ("archived", "Archived in Odoo"),
                    ("gone", "No longer in Odoo: deleted or merged"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField("mapping", "compared_at", models.DateTimeField(null=True)),
        migrations.AddField("trouble", "need_date", models.DateField(null=True)),
        migrations.AddField("trouble", "because_model", models.CharField(blank=True, default="", max_length=80), False),
        migrations.AddField("trouble", "because_id", models.BigIntegerField(null=True)),
        migrations.AddField("trouble", "suggestions", models.JSONField(default=list)),
        migrations.AddField(
            "trouble",
            "answer",
            models.CharField(
                blank=True,
                choices=[("", "—"), ("same", "The same as one we know"), ("new", "A new one")],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField("trouble", "answered_by", models.CharField(blank=True, default="", max_length=200), False),
        migrations.AddField("trouble", "resolved_by", models.CharField(blank=True, default="", max_length=200), False),
        migrations.RemoveConstraint("trouble", "trouble_once"),
        migrations.AddConstraint(
            "trouble",
            models.UniqueConstraint(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=("connection", "model", "remote_id"),
                name="trouble_open_once",
            ),
        ),
        migrations.AddIndex("trouble", models.Index(fields=["because_model", "because_id"], name="trouble_because")),
        migrations.AddIndex("trouble", models.Index(fields=["-resolved_at", "-id"], name="trouble_resolved")),
        # The desk asks for letters that waited for a person and do not any more, newest first.
        migrations.RunSQL(
            "create index state_change_unparked on portal_state_change (at) "
            "where object_type = 'office.delivery' and before = 'needs_person'",
            "drop index state_change_unparked",
        ),
        migrations.RunSQL(
            VIEW,
            "drop view office_exception",
            state_operations=[
                migrations.CreateModel(
                    name="DeskException",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                    ],
                    options={"db_table": "office_exception", "managed": False},
                )
            ],
        ),
        common("office_exception", staff="select"),
    ]
