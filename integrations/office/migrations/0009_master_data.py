from importlib import import_module

from django.db import migrations

# The view as it was, with one more thing that letters are about.
VIEW = """
create or replace view office_exception with (security_invoker = true) as
with business(role) as (values ('buyer'), ('quality_engineer'), ('receiving')),
open_letters as (
    select d.id, 'letter' as source, d.id as subject_id, d.failure_code as code, d.owner,
        coalesce(o.number, (r.subject || ' (M' || r.number || ')')::varchar, d.topic) as label, d.failure as message, d.remedy, '' as model, false as mappable,
        '' as answered_by, coalesce(s.name, '') as supplier_name, o.id as order_id,
        coalesce(o.number, '') as order_number, 0 as held_up, o.plant_id, o.next_date as need_date,
        parked.at as since, null::timestamptz as resolved_at, '' as resolved_by, '' as resolution
    from office_delivery d
    left join suppliers_purchase_order o on o.id = d.about_id
    left join suppliers_master_request r on r.id = d.about_id
    left join suppliers_supplier s on s.id = d.supplier_id
    cross join lateral (
        select c.at from portal_state_change c
        where c.object_type = 'office.delivery' and c.object_id = d.id and c.after = 'needs_person'
        order by c.at desc, c.id desc limit 1
    ) parked
    where d.state = 'needs_person'
),
resolved_letters as (
    select r.id, 'letter', d.id, d.failure_code, d.owner, coalesce(o.number, (m.subject || ' (M' || m.number || ')')::varchar, d.topic),
        parked.reason, '', '', false,
        '', coalesce(s.name, ''), o.id, coalesce(o.number, ''), 0, o.plant_id, o.next_date,
        parked.at, r.at, r.actor_name, r.after
    from portal_state_change r
    join office_delivery d on d.id = r.object_id
    left join suppliers_purchase_order o on o.id = d.about_id
    left join suppliers_master_request m on m.id = d.about_id
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

BEFORE = import_module("integrations.office.migrations.0005_exceptions").VIEW
# Terms of payment, what tells contacts apart, and price lists were not read before: they are read from the beginning.
READ_AGAIN = "delete from office_cursor where model in ('res.partner', 'product.supplierinfo')"


class Migration(migrations.Migration):
    dependencies = [("office", "0008_why"), ("suppliers", "0021_master_data")]

    operations = [
        migrations.RunSQL(VIEW, BEFORE.replace("create view", "create or replace view")),
        migrations.RunSQL(READ_AGAIN, migrations.RunSQL.noop),
    ]
