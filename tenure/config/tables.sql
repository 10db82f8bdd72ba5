-- What every migration together makes of an empty database. Made by `make tables`; edit those.
-- PostgreSQL 18
CREATE FUNCTION public.customers_account_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
        VALUES (NEW.id, NEW.workspace_id, customers_facts(NEW.workspace_id, NEW.traits))
        ON CONFLICT (account_id) DO UPDATE SET facts = EXCLUDED.facts;
    ELSE
        DELETE FROM customers_accountfacts WHERE account_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_account_renamed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_accountsearchtext (account_id, workspace_id, said, name_key)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.domain, NEW.external_id), lower(NEW.name))
        ON CONFLICT (account_id) DO UPDATE SET said = EXCLUDED.said, name_key = EXCLUDED.name_key;
    ELSE
        DELETE FROM customers_accountsearchtext WHERE account_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_accounts_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM customers_accountsearchtext t USING deleted WHERE t.account_id = deleted.id;
    DELETE FROM customers_accountfacts f USING deleted WHERE f.account_id = deleted.id;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_accounts_written() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO customers_accountsearchtext (account_id, workspace_id, said, name_key)
    SELECT id, workspace_id, customers_said(name, domain, external_id), lower(name) FROM written
    WHERE merged_into_id IS NULL;
    INSERT INTO customers_accountfacts (account_id, workspace_id, facts)
    SELECT id, workspace_id, customers_facts(workspace_id, traits) FROM written WHERE merged_into_id IS NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_facts(workspace bigint, traits jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT coalesce(array_agg(workspace || fact) FILTER (WHERE fact IS NOT NULL), '{}') FROM (
        SELECT unnest(ARRAY[
            '?' || key,
            ':' || key || '=' || left(upper(value #>> '{}'), 200),
            prefix || digits,
            prefix || digits || '=' || least(trunc(size * 10::numeric ^ (3 - digits)), 999)
        ])
        FROM (
            SELECT key, value, size, '#' || key || CASE WHEN number < 0 THEN '-' ELSE '+' END AS prefix,
                   CASE WHEN size < 1 THEN 0 ELSE least(length(trunc(size)::text), 19) END AS digits
            FROM (
                SELECT key, value, number, abs(number) AS size FROM (
                    SELECT key, value, CASE jsonb_typeof(value) WHEN 'number' THEN (value #>> '{}')::numeric END AS number
                    FROM jsonb_each(CASE jsonb_typeof(traits) WHEN 'object' THEN traits ELSE '{}' END)
                    WHERE jsonb_typeof(value) <> 'null'
                ) AS trait
            ) AS sized
        ) AS each_trait
    ) AS facts (fact)
$$;
CREATE FUNCTION public.customers_fragments(workspace bigint, said text, name_key text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT array_to_tsvector(coalesce(array_agg(
        workspace || CASE
            WHEN NOT starts_with(begun, left(line, place + 2)) THEN ':'
            WHEN place = 1 THEN '^'
            ELSE '|' END || substr(line, place, 3)
    ), '{}'))
    FROM (SELECT CASE WHEN lower(upper(name_key)) = name_key AND name_key !~ '[σς]' THEN upper(name_key) ELSE '' END
         ) AS sorted_by (begun),
         string_to_table(said, E'\n') AS line, generate_series(1, length(line)) AS place
$$;
CREATE FUNCTION public.customers_fragments(workspace bigint, said text, name_key text, email_key text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT array_to_tsvector(coalesce(array_agg(
        workspace || substr(
            ':^@*:|~+',
            1 + starts_with(name, left(line, place + 2))::int + 2 * starts_with(address, left(line, place + 2))::int
              + CASE place WHEN 1 THEN 0 ELSE 4 END,
            1
        ) || substr(line, place, 3)
    ), '{}'))
    FROM (SELECT CASE WHEN lower(upper(name_key)) = name_key AND name_key !~ '[σς]' THEN upper(name_key) ELSE '' END,
                 CASE WHEN lower(upper(email_key)) = email_key AND email_key !~ '[σς]' THEN upper(email_key) ELSE '' END
         ) AS sorted_by (name, address),
         string_to_table(said, E'\n') AS line, generate_series(1, length(line)) AS place
$$;
CREATE FUNCTION public.customers_people_deleted() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM customers_personsearchtext t USING deleted WHERE t.person_id = deleted.id;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_people_written() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key, email_key)
    SELECT id, workspace_id, customers_said(name, email, external_id), nullif(lower(name), ''),
           nullif(lower(email), '')
    FROM written WHERE merged_into_id IS NULL AND NOT is_anonymous;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_person_renamed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.merged_into_id IS NULL AND NOT NEW.is_anonymous THEN
        INSERT INTO customers_personsearchtext (person_id, workspace_id, said, name_key, email_key)
        VALUES (NEW.id, NEW.workspace_id, customers_said(NEW.name, NEW.email, NEW.external_id),
                nullif(lower(NEW.name), ''), nullif(lower(NEW.email), ''))
        ON CONFLICT (person_id) DO UPDATE
            SET said = EXCLUDED.said, name_key = EXCLUDED.name_key, email_key = EXCLUDED.email_key;
    ELSE
        DELETE FROM customers_personsearchtext WHERE person_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION public.customers_said(VARIADIC names text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT upper(array_to_string(array_remove(names, ''), E'\n'))
$$;
CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);
ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);
ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.activity_activitychoices (
    id bigint NOT NULL,
    false_share double precision NOT NULL,
    key_events jsonb NOT NULL,
    workspace_id bigint NOT NULL,
    version integer NOT NULL,
    chosen_at timestamp with time zone,
    CONSTRAINT activity_activitychoices_version_check CHECK ((version >= 0)),
    CONSTRAINT false_share_is_a_share CHECK (((false_share > (0.0)::double precision) AND (false_share < (1.0)::double precision)))
);
ALTER TABLE public.activity_activitychoices ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.activity_activitychoices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.activity_dayfactors (
    id bigint NOT NULL,
    time_zone character varying(60) NOT NULL,
    first_day date NOT NULL,
    people jsonb NOT NULL,
    events jsonb NOT NULL,
    workspace_id bigint NOT NULL,
    minutes jsonb
);
ALTER TABLE public.activity_dayfactors ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.activity_dayfactors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.activity_usepass (
    id bigint NOT NULL,
    day date NOT NULL,
    judged_at timestamp with time zone NOT NULL,
    found jsonb NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.activity_usepass ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.activity_usepass_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.activity_usestanding (
    id bigint NOT NULL,
    judged_on date NOT NULL,
    verdict character varying(20) NOT NULL,
    expected double precision,
    actual double precision,
    since date,
    time_zone character varying(60) DEFAULT ''::character varying NOT NULL,
    usual jsonb,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.activity_usestanding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.activity_usestanding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.api_givenanswer (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    status smallint,
    body bytea,
    api_key_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT api_givenanswer_status_check CHECK ((status >= 0))
);
ALTER TABLE public.api_givenanswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.api_givenanswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.backtests_backtest (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    subject character varying(255) NOT NULL,
    subject_name character varying(255) NOT NULL,
    version integer NOT NULL,
    lower_is_worse boolean NOT NULL,
    status character varying(8) NOT NULL,
    progress double precision NOT NULL,
    horizon_days integer NOT NULL,
    top_share double precision,
    touch_cost bigint NOT NULL,
    currency character varying(3) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone,
    ended_at timestamp with time zone,
    told_later boolean NOT NULL,
    refusal character varying(24) NOT NULL,
    result jsonb,
    asked_by_id bigint,
    workspace_id bigint NOT NULL,
    of_segment bigint,
    top_count integer,
    CONSTRAINT backtest_reaches_so_many CHECK ((((top_share IS NULL) OR (top_count IS NULL)) AND (1 = (
CASE
    WHEN (top_share IS NULL) THEN 1
    ELSE 0
END +
CASE
    WHEN (top_count IS NULL) THEN 1
    ELSE 0
END)))),
    CONSTRAINT backtests_backtest_horizon_days_check CHECK ((horizon_days >= 0)),
    CONSTRAINT backtests_backtest_top_count_check CHECK ((top_count >= 0)),
    CONSTRAINT backtests_backtest_version_check CHECK ((version >= 0))
);
ALTER TABLE public.backtests_backtest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.backtests_backtest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_billingcustomer (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(255) NOT NULL,
    account_reference character varying(500) NOT NULL,
    email character varying(320) NOT NULL,
    name character varying(500) NOT NULL,
    as_of timestamp with time zone NOT NULL,
    provenance character varying(160) NOT NULL,
    account_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_billingcustomer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_billingcustomer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_billingsettings (
    id bigint NOT NULL,
    recognition character varying(12) DEFAULT 'cancelled'::character varying NOT NULL,
    merge_minutes integer DEFAULT 60 NOT NULL,
    currency character varying(3) NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT billing_billingsettings_merge_minutes_check CHECK ((merge_minutes >= 0))
);
ALTER TABLE public.billing_billingsettings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_billingsettings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_exchangerate (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    rate numeric(24,12) NOT NULL,
    is_chosen boolean NOT NULL,
    set_at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_exchangerate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_exchangerate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_failurethen (
    id bigint NOT NULL,
    learnt_at timestamp with time zone NOT NULL,
    has_failed boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    payment_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_failurethen ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_failurethen_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_invoice (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(255) NOT NULL,
    account_reference character varying(500) NOT NULL,
    customer_reference character varying(255) NOT NULL,
    subscription_reference character varying(255) NOT NULL,
    number character varying(120) NOT NULL,
    status character varying(14) NOT NULL,
    currency character varying(3) NOT NULL,
    total bigint NOT NULL,
    tax bigint NOT NULL,
    paid bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    paid_at timestamp with time zone,
    as_of timestamp with time zone NOT NULL,
    provenance character varying(160) NOT NULL,
    account_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_invoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_invoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_invoicethen (
    id bigint NOT NULL,
    learnt_at timestamp with time zone NOT NULL,
    status character varying(14) NOT NULL,
    total bigint NOT NULL,
    paid bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    paid_at timestamp with time zone,
    invoice_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_invoicethen ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_invoicethen_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_ledgeraccount (
    id bigint NOT NULL,
    status character varying(12) NOT NULL,
    mrr bigint NOT NULL,
    by_currency jsonb NOT NULL,
    plan character varying(255) NOT NULL,
    seats bigint,
    renews_at timestamp with time zone,
    due_at timestamp with time zone,
    worked_out_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    ends_at timestamp with time zone,
    is_restated boolean DEFAULT false NOT NULL,
    lives jsonb NOT NULL,
    renewal integer,
    list_mrr bigint,
    discount_ends_at timestamp with time zone,
    CONSTRAINT billing_ledgeraccount_renewal_check CHECK ((renewal >= 0))
);
ALTER TABLE public.billing_ledgeraccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_ledgeraccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_ledgermovement (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying(12) NOT NULL,
    amount bigint NOT NULL,
    mrr_after bigint NOT NULL,
    by_currency jsonb NOT NULL,
    plan_from character varying(255) NOT NULL,
    plan_to character varying(255) NOT NULL,
    direction character varying(10) NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_ledgermovement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_ledgermovement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_ledgerthen (
    id bigint NOT NULL,
    learnt_at timestamp with time zone NOT NULL,
    status character varying(12) NOT NULL,
    mrr bigint NOT NULL,
    plan character varying(255) NOT NULL,
    seats bigint,
    renews_at timestamp with time zone,
    ends_at timestamp with time zone,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    renewal integer,
    list_mrr bigint,
    discount_ends_at timestamp with time zone,
    CONSTRAINT billing_ledgerthen_renewal_check CHECK ((renewal >= 0))
);
ALTER TABLE public.billing_ledgerthen ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_ledgerthen_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_payment (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(255) NOT NULL,
    account_reference character varying(500) NOT NULL,
    customer_reference character varying(255) NOT NULL,
    invoice_reference character varying(255) NOT NULL,
    kind character varying(8) NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    as_of timestamp with time zone NOT NULL,
    provenance character varying(160) NOT NULL,
    account_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_payment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_payment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_plan (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    product character varying(255) NOT NULL,
    as_of timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_recordedstate (
    id bigint NOT NULL,
    as_of timestamp with time zone NOT NULL,
    provenance character varying(160) NOT NULL,
    content jsonb NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL,
    subscription_id bigint NOT NULL
);
ALTER TABLE public.billing_recordedstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_recordedstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_spend (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(255) NOT NULL,
    first date NOT NULL,
    last date NOT NULL,
    channel character varying(120) NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    provenance character varying(160) NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_spend ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_spend_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_subscription (
    id bigint NOT NULL,
    source character varying(40) NOT NULL,
    external_id character varying(255) NOT NULL,
    account_reference character varying(500) NOT NULL,
    customer_reference character varying(255) NOT NULL,
    referred_as_of timestamp with time zone NOT NULL,
    account_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_subscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.billing_told (
    id bigint NOT NULL,
    mark character varying(80) NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.billing_told ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_told_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_contactpolicy (
    id bigint NOT NULL,
    cap_messages smallint NOT NULL,
    cap_days smallint NOT NULL,
    quiet_from time without time zone NOT NULL,
    quiet_until time without time zone NOT NULL,
    sender_name character varying(120) NOT NULL,
    reply_to character varying(254) NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT channels_contactpolicy_cap_days_check CHECK ((cap_days >= 0)),
    CONSTRAINT channels_contactpolicy_cap_messages_check CHECK ((cap_messages >= 0))
);
ALTER TABLE public.channels_contactpolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_contactpolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_localmail (
    id bigint NOT NULL,
    delivered_at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL,
    message_id bigint NOT NULL
);
ALTER TABLE public.channels_localmail ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_localmail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_outgoingmessage (
    id bigint NOT NULL,
    idempotency_key character varying(200) NOT NULL,
    channel character varying(30) NOT NULL,
    status character varying(10) NOT NULL,
    address character varying(320) NOT NULL,
    topic character varying(60) NOT NULL,
    subject character varying(300) NOT NULL,
    html text NOT NULL,
    text text NOT NULL,
    "values" jsonb NOT NULL,
    origin character varying(80) NOT NULL,
    origin_name character varying(160) NOT NULL,
    is_private boolean NOT NULL,
    stays_local boolean NOT NULL,
    is_local boolean NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    attempts smallint NOT NULL,
    claimed_at timestamp with time zone,
    sent_at timestamp with time zone,
    reason character varying(30) NOT NULL,
    error text NOT NULL,
    receipt character varying(300) NOT NULL,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    template_version_id bigint,
    CONSTRAINT channels_outgoingmessage_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT message_status_known CHECK (((status)::text = ANY ((ARRAY['waiting'::character varying, 'sending'::character varying, 'sent'::character varying, 'refused'::character varying, 'unsure'::character varying])::text[])))
);
ALTER TABLE public.channels_outgoingmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_outgoingmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_template (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    channel character varying(30) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    workspace_id bigint NOT NULL,
    current_id bigint,
    topic character varying(60) NOT NULL
);
ALTER TABLE public.channels_template ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_templateversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    subject character varying(300) NOT NULL,
    preview character varying(300) NOT NULL,
    body text NOT NULL,
    compiled_html text NOT NULL,
    compiled_text text NOT NULL,
    tags jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    template_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT channels_templateversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.channels_templateversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_templateversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_topic (
    id bigint NOT NULL,
    key character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    about character varying(300) NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.channels_topic ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_topic_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.channels_unsubscribe (
    id bigint NOT NULL,
    address character varying(320) NOT NULL,
    topic character varying(60) NOT NULL,
    via character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    message_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.channels_unsubscribe ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.channels_unsubscribe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.company_facts_companyfacts (
    id bigint NOT NULL,
    domain character varying(255) NOT NULL,
    source character varying(100) NOT NULL,
    facts jsonb NOT NULL,
    learnt_at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.company_facts_companyfacts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.company_facts_companyfacts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.company_facts_factsprovider (
    id bigint NOT NULL,
    url character varying(1000) NOT NULL,
    sealed_key bytea,
    asked_at timestamp with time zone,
    error character varying(500) NOT NULL,
    workspace_id bigint NOT NULL,
    set_up_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    per_minute smallint NOT NULL,
    busy_until timestamp with time zone,
    CONSTRAINT company_facts_factsprovider_per_minute_check CHECK ((per_minute >= 0))
);
ALTER TABLE public.company_facts_factsprovider ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.company_facts_factsprovider_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.computed_traits_computedtrait (
    id bigint NOT NULL,
    subject character varying(8) NOT NULL,
    name character varying(200) NOT NULL,
    formula jsonb NOT NULL,
    computed_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    known integer NOT NULL,
    took_ms integer NOT NULL,
    error character varying(500) NOT NULL,
    made_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.computed_traits_computedtrait ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.computed_traits_computedtrait_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.conversations_ticket (
    id bigint NOT NULL,
    external_id character varying(255) NOT NULL,
    subject character varying(500) NOT NULL,
    status character varying(8) NOT NULL,
    priority character varying(8) NOT NULL,
    channel character varying(40) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    first_answered_at timestamp with time zone,
    solved_at timestamp with time zone,
    satisfaction character varying(8) NOT NULL,
    source character varying(200) NOT NULL,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.conversations_ticket ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conversations_ticket_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.conversations_tickettelling (
    id bigint NOT NULL,
    as_of timestamp with time zone NOT NULL,
    source character varying(180) NOT NULL,
    "row" bigint NOT NULL,
    content jsonb NOT NULL,
    person_id bigint,
    ticket_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.conversations_tickettelling ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.conversations_tickettelling_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_account (
    id bigint NOT NULL,
    external_id character varying(500),
    name character varying(500) NOT NULL,
    domain character varying(255) NOT NULL,
    is_solo boolean NOT NULL,
    traits jsonb NOT NULL,
    trait_times jsonb NOT NULL,
    signed_up_at timestamp with time zone,
    churned_at timestamp with time zone,
    returned_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone,
    merged_into_id bigint,
    owner_id bigint,
    workspace_id bigint NOT NULL,
    parent_id bigint,
    parent_said character varying(500) DEFAULT ''::character varying NOT NULL,
    solo_person bigint,
    trait_words jsonb DEFAULT '{}'::jsonb NOT NULL,
    trial_ends_at timestamp with time zone,
    last_seen_about timestamp with time zone GENERATED ALWAYS AS (date_bin('00:10:00'::interval, last_seen_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) STORED
)
WITH (fillfactor='75');
ALTER TABLE public.customers_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_accountfacts (
    account_id bigint NOT NULL,
    facts text[] NOT NULL,
    workspace_id bigint NOT NULL
);
CREATE TABLE public.customers_accountlife (
    id bigint NOT NULL,
    signed_up_at timestamp with time zone,
    churned_at timestamp with time zone,
    returned_at timestamp with time zone,
    trial_ends_at timestamp with time zone,
    learnt_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_accountlife ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_accountlife_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_accountsearchtext (
    account_id bigint NOT NULL,
    said text NOT NULL,
    workspace_id bigint NOT NULL,
    name_key text
);
ALTER TABLE ONLY public.customers_accountsearchtext ALTER COLUMN said SET STATISTICS 1000;
CREATE TABLE public.customers_affiliation (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    is_primary boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    person_id bigint NOT NULL,
    chosen_at timestamp with time zone,
    role_is_set boolean DEFAULT false NOT NULL,
    learnt_at timestamp with time zone
);
ALTER TABLE public.customers_affiliation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_affiliation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_formerplace (
    id bigint NOT NULL,
    role character varying(20) NOT NULL,
    since timestamp with time zone NOT NULL,
    chosen_at timestamp with time zone,
    learnt_at timestamp with time zone,
    left_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    person_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_formerplace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_formerplace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_formertrait (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    value jsonb,
    source character varying(160) NOT NULL,
    at timestamp with time zone NOT NULL,
    learnt_at timestamp with time zone,
    unlearnt_at timestamp with time zone NOT NULL,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_formertrait ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_formertrait_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_identity (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    value character varying(500) NOT NULL,
    owned_at timestamp with time zone,
    owner_id bigint,
    workspace_id bigint NOT NULL,
    person_id bigint NOT NULL,
    joined_to_id bigint
);
ALTER TABLE public.customers_identity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_lifecyclechange (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    event character varying(255) NOT NULL,
    source character varying(160) NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id bigint,
    workspace_id bigint NOT NULL,
    person_id bigint
);
ALTER TABLE public.customers_lifecyclechange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_lifecyclechange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_merge (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    kept_id bigint NOT NULL,
    merged_id bigint NOT NULL,
    people bigint[] NOT NULL,
    accounts bigint[] NOT NULL,
    before jsonb NOT NULL,
    moved jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    made_by_id bigint,
    undone_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_merge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_merge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_ownerspell (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    owner_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_ownerspell ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_ownerspell_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_person (
    id bigint NOT NULL,
    external_id character varying(500),
    email character varying(320) NOT NULL,
    name character varying(500) NOT NULL,
    traits jsonb NOT NULL,
    trait_times jsonb NOT NULL,
    is_anonymous boolean NOT NULL,
    timezone character varying(60) NOT NULL,
    locale character varying(35) NOT NULL,
    signed_up_at timestamp with time zone,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone,
    merged_into_id bigint,
    workspace_id bigint NOT NULL,
    trait_words jsonb DEFAULT '{}'::jsonb NOT NULL,
    last_seen_about timestamp with time zone GENERATED ALWAYS AS (date_bin('00:10:00'::interval, last_seen_at, '2000-01-01 00:00:00+00'::timestamp with time zone)) STORED
)
WITH (fillfactor='75');
ALTER TABLE public.customers_person ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_personsearchtext (
    person_id bigint NOT NULL,
    said text NOT NULL,
    workspace_id bigint NOT NULL,
    name_key text,
    email_key text
);
ALTER TABLE ONLY public.customers_personsearchtext ALTER COLUMN said SET STATISTICS 1000;
CREATE TABLE public.customers_possibleduplicate (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    first_id bigint NOT NULL,
    second_id bigint NOT NULL,
    reason character varying(20) NOT NULL,
    detail character varying(500) NOT NULL,
    score double precision NOT NULL,
    found_at timestamp with time zone NOT NULL,
    refused_at timestamp with time zone,
    refused_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_possibleduplicate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_possibleduplicate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_reattribution (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    old_id bigint NOT NULL,
    new_id bigint NOT NULL,
    before_id bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_reattribution ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_reattribution_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_saidsince (
    id bigint NOT NULL,
    key character varying(64) NOT NULL,
    content jsonb NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    merge_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_saidsince ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_saidsince_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_traitchange (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    value jsonb,
    source character varying(160) NOT NULL,
    at timestamp with time zone NOT NULL,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    learnt_at timestamp with time zone,
    CONSTRAINT trait_of_one_subject CHECK ((((account_id IS NULL) AND (person_id IS NOT NULL)) OR ((account_id IS NOT NULL) AND (person_id IS NULL))))
);
ALTER TABLE public.customers_traitchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_traitchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.customers_traitrule (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    name character varying(255) NOT NULL,
    type character varying(8) NOT NULL,
    sources jsonb NOT NULL,
    settled_to bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.customers_traitrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.customers_traitrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);
CREATE TABLE public.experiments_assignment (
    id bigint NOT NULL,
    "group" character varying(8) NOT NULL,
    share double precision NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT assignment_group_known CHECK ((("group")::text = ANY ((ARRAY['treated'::character varying, 'held_out'::character varying])::text[]))),
    CONSTRAINT assignment_share_is_a_share CHECK (((share >= (0.0)::double precision) AND (share <= (1.0)::double precision)))
);
ALTER TABLE public.experiments_assignment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.experiments_assignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.files_columnsremembered (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    columns jsonb NOT NULL,
    workspace_id bigint NOT NULL,
    event character varying(255) NOT NULL
);
ALTER TABLE public.files_columnsremembered ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.files_columnsremembered_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.files_import (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    file_name character varying(120) NOT NULL,
    path character varying(1000) NOT NULL,
    is_ours boolean NOT NULL,
    size bigint NOT NULL,
    layout character varying(8) NOT NULL,
    encoding character varying(40) NOT NULL,
    delimiter character varying(4) NOT NULL,
    header jsonb NOT NULL,
    columns jsonb NOT NULL,
    timezone character varying(60) NOT NULL,
    status character varying(12) NOT NULL,
    rows bigint NOT NULL,
    last_number bigint NOT NULL,
    bytes bigint NOT NULL,
    new bigint NOT NULL,
    changed bigint NOT NULL,
    same bigint NOT NULL,
    refused bigint NOT NULL,
    first_rows jsonb NOT NULL,
    said_at timestamp with time zone,
    problem character varying(60) NOT NULL,
    taken_back bigint NOT NULL,
    removed bigint NOT NULL,
    kept bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    undone_at timestamp with time zone,
    made_by_id bigint,
    workspace_id bigint NOT NULL,
    problem_particulars jsonb NOT NULL,
    undoing jsonb NOT NULL,
    event character varying(255) NOT NULL
);
ALTER TABLE public.files_import ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.files_import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.files_refusedrow (
    id bigint NOT NULL,
    number bigint NOT NULL,
    code character varying(60) NOT NULL,
    "column" character varying(255) NOT NULL,
    value character varying(200) NOT NULL,
    cells jsonb NOT NULL,
    of_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    particulars jsonb NOT NULL
);
ALTER TABLE public.files_refusedrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.files_refusedrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.files_replaced (
    id bigint NOT NULL,
    key character varying(400) NOT NULL,
    before jsonb,
    after jsonb NOT NULL,
    of_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.files_replaced ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.files_replaced_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.files_touched (
    id bigint NOT NULL,
    was_made boolean NOT NULL,
    is_undone boolean NOT NULL,
    account_id bigint,
    of_id bigint NOT NULL,
    person_id bigint,
    workspace_id bigint NOT NULL,
    first_seen_at timestamp with time zone,
    last_seen_at timestamp with time zone
);
ALTER TABLE public.files_touched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.files_touched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_healthscore (
    id bigint NOT NULL,
    version integer NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    is_main boolean NOT NULL,
    score smallint,
    computed smallint,
    band smallint,
    coverage smallint NOT NULL,
    is_missing boolean NOT NULL,
    age integer,
    children double precision,
    held smallint[] NOT NULL,
    override smallint,
    readings bytea NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    scorecard_id bigint NOT NULL,
    CONSTRAINT health_healthscore_version_check CHECK ((version >= 0))
);
ALTER TABLE public.health_healthscore ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_healthscore_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_judgedmeanwhile (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.health_judgedmeanwhile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_judgedmeanwhile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_judgement (
    id bigint NOT NULL,
    score smallint NOT NULL,
    note character varying(1000) NOT NULL,
    at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    account_id bigint NOT NULL,
    by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.health_judgement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_judgement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_judgingpass (
    id bigint NOT NULL,
    asked_at timestamp with time zone,
    began_at timestamp with time zone,
    accounts integer NOT NULL,
    done integer NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT health_judgingpass_accounts_check CHECK ((accounts >= 0)),
    CONSTRAINT health_judgingpass_done_check CHECK ((done >= 0))
);
ALTER TABLE public.health_judgingpass ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_judgingpass_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_override (
    id bigint NOT NULL,
    score smallint NOT NULL,
    reason character varying(500) NOT NULL,
    at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    ended_at timestamp with time zone,
    account_id bigint NOT NULL,
    by_id bigint,
    ended_by_id bigint,
    workspace_id bigint NOT NULL,
    scorecard_id bigint NOT NULL
);
ALTER TABLE public.health_override ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_override_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_scorecard (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    description character varying(500) NOT NULL,
    "position" integer NOT NULL,
    definition text NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    judged_at timestamp with time zone,
    archived_at timestamp with time zone,
    error text NOT NULL,
    created_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT health_scorecard_position_check CHECK (("position" >= 0)),
    CONSTRAINT health_scorecard_version_check CHECK ((version >= 0))
);
ALTER TABLE public.health_scorecard ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_scorecard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_scorecardversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    definition text NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    scorecard_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT health_scorecardversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.health_scorecardversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_scorecardversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.health_touched (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.health_touched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.health_touched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_funnel (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    subject character varying(8) NOT NULL,
    steps jsonb NOT NULL,
    limit_seconds integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT funnel_subject_known CHECK (((subject)::text = ANY ((ARRAY['account'::character varying, 'person'::character varying])::text[]))),
    CONSTRAINT insights_funnel_limit_seconds_check CHECK ((limit_seconds >= 0))
);
ALTER TABLE public.insights_funnel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_funnel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.insights_milestone (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    event character varying(500) NOT NULL,
    due_days integer NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT insights_milestone_due_days_check CHECK ((due_days >= 0))
);
ALTER TABLE public.insights_milestone ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_milestone_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.journeys_decision (
    id bigint NOT NULL,
    step character varying(40) NOT NULL,
    channel character varying(30) NOT NULL,
    outcome character varying(10) NOT NULL,
    reason character varying(20) NOT NULL,
    inputs jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    postponements jsonb NOT NULL,
    account_id bigint,
    message_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    enrolment_id bigint NOT NULL,
    journey_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT decision_outcome_known CHECK (((outcome)::text = ANY ((ARRAY['made'::character varying, 'skipped'::character varying, 'postponed'::character varying])::text[])))
);
ALTER TABLE public.journeys_decision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.journeys_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.journeys_enrolment (
    id bigint NOT NULL,
    status character varying(10) NOT NULL,
    step character varying(40) NOT NULL,
    arrived_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    entered_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying(20) NOT NULL,
    why jsonb NOT NULL,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    journey_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT enrolment_has_a_subject CHECK (((account_id IS NOT NULL) OR (person_id IS NOT NULL))),
    CONSTRAINT enrolment_status_known CHECK (((status)::text = ANY ((ARRAY['live'::character varying, 'finished'::character varying, 'goal'::character varying, 'left'::character varying])::text[])))
);
ALTER TABLE public.journeys_enrolment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.journeys_enrolment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.journeys_journey (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    about text NOT NULL,
    subject character varying(8) NOT NULL,
    status character varying(10) NOT NULL,
    priority smallint NOT NULL,
    trigger_kind character varying(10) NOT NULL,
    trigger_event character varying(200) NOT NULL,
    goal_event character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    launched_at timestamp with time zone,
    touches_from timestamp with time zone,
    goal_segment_id bigint,
    trigger_segment_id bigint,
    workspace_id bigint NOT NULL,
    current_id bigint,
    error text NOT NULL,
    CONSTRAINT journey_status_known CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'live'::character varying, 'paused'::character varying, 'archived'::character varying])::text[])))
);
ALTER TABLE public.journeys_journey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.journeys_journey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.journeys_journeyversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    definition jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    journey_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT journeys_journeyversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.journeys_journeyversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.journeys_journeyversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.kernel_movedrow (
    id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    place character varying(120) NOT NULL,
    row_id bigint NOT NULL,
    origin_id bigint NOT NULL,
    now_id bigint NOT NULL
);
ALTER TABLE public.kernel_movedrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.kernel_movedrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.kernel_outboxentry (
    id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    kind character varying(80) NOT NULL,
    payload jsonb NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    delivered_at timestamp with time zone,
    attempts smallint NOT NULL,
    parked boolean NOT NULL,
    error text NOT NULL,
    CONSTRAINT kernel_outboxentry_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.kernel_outboxentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.kernel_outboxentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.kernel_stagerun (
    id bigint NOT NULL,
    stage character varying(80) NOT NULL,
    workspace_id bigint NOT NULL,
    ran_at timestamp with time zone NOT NULL
);
ALTER TABLE public.kernel_stagerun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.kernel_stagerun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lifecycle_lifecycle (
    id bigint NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    followed_at timestamp with time zone,
    rests_until timestamp with time zone,
    error text NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT lifecycle_lifecycle_version_check CHECK ((version >= 0))
);
ALTER TABLE public.lifecycle_lifecycle ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.lifecycle_lifecycle_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lifecycle_lifecycletouched (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.lifecycle_lifecycletouched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.lifecycle_lifecycletouched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lifecycle_lifecycleversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    definition jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT lifecycle_lifecycleversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.lifecycle_lifecycleversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.lifecycle_lifecycleversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lifecycle_placement (
    id bigint NOT NULL,
    stage character varying(30) NOT NULL,
    reason character varying(500) NOT NULL,
    until date,
    is_exception boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    account_id bigint NOT NULL,
    before_id bigint,
    by_id bigint,
    ended_by_id bigint,
    replaced_id bigint,
    stay_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.lifecycle_placement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.lifecycle_placement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.lifecycle_stay (
    id bigint NOT NULL,
    stage character varying(30) NOT NULL,
    came_from character varying(30) NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    was_there boolean NOT NULL,
    cause character varying(12) NOT NULL,
    left_cause character varying(12) NOT NULL,
    version integer NOT NULL,
    why jsonb NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT lifecycle_stay_version_check CHECK ((version >= 0)),
    CONSTRAINT stay_ends_after_it_began CHECK (((left_at IS NULL) OR (left_at >= entered_at)))
);
ALTER TABLE public.lifecycle_stay ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.lifecycle_stay_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);
ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_calllog (
    id bigint NOT NULL,
    called_at timestamp with time zone NOT NULL,
    outcome character varying(14) NOT NULL,
    minutes smallint,
    notes text NOT NULL,
    answers jsonb NOT NULL,
    account_id bigint NOT NULL,
    called_by_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    run_id bigint,
    next_task_id bigint,
    task_id bigint,
    CONSTRAINT playbooks_calllog_minutes_check CHECK ((minutes >= 0))
);
ALTER TABLE public.playbooks_calllog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_calllog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_playbook (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    about text NOT NULL,
    trigger_kind character varying(10) NOT NULL,
    signal_kind character varying(60) NOT NULL,
    tasks jsonb NOT NULL,
    pool jsonb NOT NULL,
    pool_next integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    segment_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT playbooks_playbook_pool_next_check CHECK ((pool_next >= 0))
);
ALTER TABLE public.playbooks_playbook ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_playbook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_run (
    id bigint NOT NULL,
    dedupe_key character varying(120) NOT NULL,
    status character varying(10) NOT NULL,
    severity double precision NOT NULL,
    reason jsonb NOT NULL,
    started_at timestamp with time zone NOT NULL,
    refreshed_at timestamp with time zone,
    refreshed_times integer NOT NULL,
    finished_at timestamp with time zone,
    outcome character varying(12) NOT NULL,
    notes text NOT NULL,
    account_id bigint NOT NULL,
    finished_by_id bigint,
    playbook_id bigint NOT NULL,
    signal_id bigint,
    started_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT playbooks_run_refreshed_times_check CHECK ((refreshed_times >= 0)),
    CONSTRAINT run_status_known CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'finished'::character varying])::text[])))
);
ALTER TABLE public.playbooks_run ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.playbooks_task (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    kind character varying(10) NOT NULL,
    title character varying(200) NOT NULL,
    script text NOT NULL,
    questions jsonb NOT NULL,
    minutes smallint NOT NULL,
    status character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    starts_at timestamp with time zone,
    first_due_at timestamp with time zone NOT NULL,
    snoozed_times smallint NOT NULL,
    calls_tried smallint NOT NULL,
    completed_at timestamp with time zone,
    note text NOT NULL,
    account_id bigint NOT NULL,
    completed_by_id bigint,
    follows_id bigint,
    owner_id bigint,
    person_id bigint,
    run_id bigint,
    workspace_id bigint NOT NULL,
    instead_of character varying(10) NOT NULL,
    transition_step_id bigint,
    CONSTRAINT playbooks_task_calls_tried_check CHECK ((calls_tried >= 0)),
    CONSTRAINT playbooks_task_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT playbooks_task_position_check CHECK (("position" >= 0)),
    CONSTRAINT playbooks_task_snoozed_times_check CHECK ((snoozed_times >= 0)),
    CONSTRAINT task_status_known CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'done'::character varying, 'skipped'::character varying, 'cancelled'::character varying])::text[])))
);
ALTER TABLE public.playbooks_task ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.playbooks_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.privacy_consent (
    id bigint NOT NULL,
    purpose character varying(120) NOT NULL,
    is_given boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    source character varying(160) NOT NULL,
    evidence text NOT NULL,
    person_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.privacy_consent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.privacy_consent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.privacy_erasure (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    person_ids jsonb NOT NULL,
    account_ids jsonb NOT NULL,
    words jsonb NOT NULL,
    reason character varying(300) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    actor character varying(160) NOT NULL,
    status character varying(8) NOT NULL,
    attempts smallint NOT NULL,
    error text NOT NULL,
    done_at timestamp with time zone,
    asked_by_id bigint,
    workspace_id bigint NOT NULL,
    fingerprints jsonb NOT NULL,
    CONSTRAINT privacy_erasure_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.privacy_erasure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.privacy_erasure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.privacy_erasureanswer (
    id bigint NOT NULL,
    domain character varying(40) NOT NULL,
    forgot jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    erasure_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.privacy_erasureanswer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.privacy_erasureanswer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.privacy_retentionrule (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    days integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL,
    applied_at timestamp with time zone,
    forgotten integer NOT NULL,
    CONSTRAINT privacy_retentionrule_days_check CHECK ((days >= 0)),
    CONSTRAINT privacy_retentionrule_forgotten_check CHECK ((forgotten >= 0))
);
ALTER TABLE public.privacy_retentionrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.privacy_retentionrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.risk_accountrisk (
    id bigint NOT NULL,
    foretold_at timestamp with time zone NOT NULL,
    chance double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    band character varying(8) NOT NULL,
    since timestamp with time zone NOT NULL,
    reasons jsonb NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    model_id bigint NOT NULL
);
ALTER TABLE public.risk_accountrisk ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.risk_accountrisk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.risk_riskchoices (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    horizon_days integer NOT NULL,
    gap_days integer NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT risk_riskchoices_gap_days_check CHECK ((gap_days >= 0)),
    CONSTRAINT risk_riskchoices_horizon_days_check CHECK ((horizon_days >= 0))
);
ALTER TABLE public.risk_riskchoices ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.risk_riskchoices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.risk_riskmodel (
    id bigint NOT NULL,
    version integer NOT NULL,
    kind character varying(8) NOT NULL,
    horizon_days integer NOT NULL,
    gap_days integer NOT NULL,
    learnt_at timestamp with time zone NOT NULL,
    first_day date,
    last_day date,
    rows integer NOT NULL,
    accounts integer NOT NULL,
    "left" integer NOT NULL,
    base_rate double precision NOT NULL,
    told_later boolean NOT NULL,
    refusal character varying(24) NOT NULL,
    content jsonb,
    quality jsonb,
    left_out jsonb NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT risk_riskmodel_accounts_check CHECK ((accounts >= 0)),
    CONSTRAINT risk_riskmodel_gap_days_check CHECK ((gap_days >= 0)),
    CONSTRAINT risk_riskmodel_horizon_days_check CHECK ((horizon_days >= 0)),
    CONSTRAINT risk_riskmodel_left_check CHECK (("left" >= 0)),
    CONSTRAINT risk_riskmodel_rows_check CHECK ((rows >= 0)),
    CONSTRAINT risk_riskmodel_version_check CHECK ((version >= 0))
);
ALTER TABLE public.risk_riskmodel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.risk_riskmodel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.segment_signals_segmentsignal (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    confidence double precision NOT NULL,
    severity double precision,
    closes_on_leaving boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    created_by_id bigint,
    segment_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT segment_signal_confidence_is_a_share CHECK (((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision))),
    CONSTRAINT segment_signal_severity_is_a_share CHECK (((severity IS NULL) OR ((severity >= (0.0)::double precision) AND (severity <= (1.0)::double precision))))
);
ALTER TABLE public.segment_signals_segmentsignal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.segment_signals_segmentsignal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.segments_membership (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    why jsonb NOT NULL,
    left_why jsonb,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    segment_id bigint NOT NULL,
    CONSTRAINT membership_of_one_subject CHECK ((((account_id IS NULL) AND (person_id IS NOT NULL)) OR ((account_id IS NOT NULL) AND (person_id IS NULL))))
);
ALTER TABLE public.segments_membership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.segments_membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.segments_segment (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    description character varying(500) NOT NULL,
    subject character varying(10) NOT NULL,
    condition jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    evaluated_at timestamp with time zone,
    paused_at timestamp with time zone,
    archived_at timestamp with time zone,
    error text NOT NULL,
    created_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT segment_subject_known CHECK (((subject)::text = ANY ((ARRAY['account'::character varying, 'person'::character varying])::text[]))),
    CONSTRAINT segments_segment_version_check CHECK ((version >= 0))
);
ALTER TABLE public.segments_segment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.segments_segment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.segments_segmentversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    condition jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    segment_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT segments_segmentversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.segments_segmentversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.segments_segmentversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.segments_touched (
    id bigint NOT NULL,
    subject character varying(10) NOT NULL,
    subject_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.segments_touched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.segments_touched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.signals_signal (
    id bigint NOT NULL,
    kind character varying(60) NOT NULL,
    reason_key character varying(120) NOT NULL,
    status character varying(8) NOT NULL,
    severity double precision NOT NULL,
    evidence jsonb NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    refreshed_times integer NOT NULL,
    snoozed_until timestamp with time zone,
    closed_at timestamp with time zone,
    close_reason character varying(10) NOT NULL,
    outcome character varying(12) NOT NULL,
    note text NOT NULL,
    account_id bigint NOT NULL,
    closed_by_id bigint,
    owner_id bigint,
    snoozed_by_id bigint,
    workspace_id bigint NOT NULL,
    amount_minor bigint,
    confidence double precision,
    currency character varying(3) DEFAULT ''::character varying NOT NULL,
    false_reason character varying(10) DEFAULT ''::character varying NOT NULL,
    links jsonb DEFAULT '[]'::jsonb NOT NULL,
    snoozed_severity double precision,
    woken_at timestamp with time zone,
    first_severity double precision,
    CONSTRAINT signal_closed_at_some_time CHECK ((((closed_at IS NOT NULL) AND ((status)::text = 'closed'::text)) OR ((NOT ((status)::text = 'closed'::text)) AND (closed_at IS NULL)))),
    CONSTRAINT signal_confidence_is_a_share CHECK (((confidence IS NULL) OR ((confidence >= (0.0)::double precision) AND (confidence <= (1.0)::double precision)))),
    CONSTRAINT signal_outcome_known CHECK (((outcome)::text = ANY ((ARRAY[''::character varying, 'true_alarm'::character varying, 'false_alarm'::character varying])::text[]))),
    CONSTRAINT signal_severity_is_a_share CHECK (((severity >= (0.0)::double precision) AND (severity <= (1.0)::double precision))),
    CONSTRAINT signal_status_known CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'snoozed'::character varying, 'closed'::character varying])::text[]))),
    CONSTRAINT signals_signal_refreshed_times_check CHECK ((refreshed_times >= 0))
);
ALTER TABLE public.signals_signal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.signals_signal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.signals_signalmute (
    id bigint NOT NULL,
    kind character varying(60) NOT NULL,
    reason character varying(500) NOT NULL,
    muted_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    held_back integer NOT NULL,
    account_id bigint,
    muted_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT mute_narrows_something CHECK (((NOT ((kind)::text = ''::text)) OR (account_id IS NOT NULL))),
    CONSTRAINT signals_signalmute_held_back_check CHECK ((held_back >= 0))
);
ALTER TABLE public.signals_signalmute ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.signals_signalmute_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.simulator_simulatedworld (
    id bigint NOT NULL,
    seed integer NOT NULL,
    accounts integer NOT NULL,
    months smallint NOT NULL,
    until date NOT NULL,
    write_key_id bigint NOT NULL,
    told_until timestamp with time zone NOT NULL,
    filled_at timestamp with time zone,
    workspace_id bigint NOT NULL,
    CONSTRAINT simulator_simulatedworld_accounts_check CHECK ((accounts >= 0)),
    CONSTRAINT simulator_simulatedworld_months_check CHECK ((months >= 0)),
    CONSTRAINT simulator_simulatedworld_seed_check CHECK ((seed >= 0))
);
ALTER TABLE public.simulator_simulatedworld ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.simulator_simulatedworld_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.snapshots_snapshottaken (
    id bigint NOT NULL,
    day date NOT NULL,
    known character varying(8) NOT NULL,
    known_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    accounts integer NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT snapshots_snapshottaken_accounts_check CHECK ((accounts >= 0))
);
ALTER TABLE public.snapshots_snapshottaken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.snapshots_snapshottaken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_backfill (
    id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    phase character varying(20) NOT NULL,
    cursor character varying(120) NOT NULL,
    since timestamp with time zone,
    rows bigint NOT NULL,
    claimed_until timestamp with time zone,
    skipped jsonb NOT NULL,
    finished_at timestamp with time zone,
    problem character varying(500) NOT NULL,
    started_by_id bigint,
    workspace_id bigint NOT NULL,
    connection_id bigint NOT NULL,
    CONSTRAINT stripe_backfill_rows_check CHECK ((rows >= 0))
);
ALTER TABLE public.stripe_backfill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_backfill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_connection (
    id bigint NOT NULL,
    address character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    sealed_key bytea,
    key_hint character varying(24) NOT NULL,
    is_live boolean NOT NULL,
    account_id character varying(60) NOT NULL,
    account_name character varying(255) NOT NULL,
    match_order jsonb NOT NULL,
    account_field character varying(80) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    disconnected_at timestamp with time zone,
    last_told_at timestamp with time zone,
    key_problem character varying(60) NOT NULL,
    key_problem_words character varying(500) NOT NULL,
    key_checked_at timestamp with time zone,
    held_until timestamp with time zone,
    attempts smallint NOT NULL,
    made_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT stripe_connection_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.stripe_connection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_connection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_doorrefusal (
    id bigint NOT NULL,
    reason character varying(24) NOT NULL,
    count bigint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    connection_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT stripe_doorrefusal_count_check CHECK ((count >= 0))
);
ALTER TABLE public.stripe_doorrefusal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_doorrefusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_recordedstate (
    id bigint NOT NULL,
    customer_id character varying(120) NOT NULL,
    subscription_id character varying(120) NOT NULL,
    as_of timestamp with time zone NOT NULL,
    provenance character varying(160) NOT NULL,
    mark character varying(64) NOT NULL,
    connection_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.stripe_recordedstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_recordedstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_reference (
    id bigint NOT NULL,
    kind character varying(24) NOT NULL,
    object_id character varying(120) NOT NULL,
    content bytea NOT NULL,
    is_whole boolean NOT NULL,
    as_of timestamp with time zone NOT NULL,
    connection_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.stripe_reference ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_reference_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_stripecustomer (
    id bigint NOT NULL,
    customer_id character varying(120) NOT NULL,
    name character varying(500) NOT NULL,
    email character varying(320) NOT NULL,
    metadata jsonb NOT NULL,
    reference character varying(500) NOT NULL,
    reference_as_of timestamp with time zone,
    as_of timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    matched_by character varying(12) NOT NULL,
    matched_at timestamp with time zone,
    why_not character varying(40) NOT NULL,
    recorded_as_of timestamp with time zone,
    account_id bigint,
    connection_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.stripe_stripecustomer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_stripecustomer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_told (
    id bigint NOT NULL,
    telling_id character varying(120) NOT NULL,
    way character varying(10) NOT NULL,
    type character varying(80) NOT NULL,
    kind character varying(24) NOT NULL,
    object_id character varying(120) NOT NULL,
    customer_id character varying(120) NOT NULL,
    payment_key character varying(120) NOT NULL,
    created timestamp with time zone NOT NULL,
    content bytea NOT NULL,
    received_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    try_at timestamp with time zone,
    attempts smallint NOT NULL,
    problem character varying(500) NOT NULL,
    lacking jsonb NOT NULL,
    connection_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT stripe_told_attempts_check CHECK ((attempts >= 0))
);
ALTER TABLE public.stripe_told ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_told_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.stripe_webhooksecret (
    id bigint NOT NULL,
    sealed_secret bytea NOT NULL,
    hint character varying(24) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    retires_at timestamp with time zone,
    connection_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.stripe_webhooksecret ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.stripe_webhooksecret_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_booksnow (
    id bigint NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT touch_models_booksnow_version_check CHECK ((version >= 0))
);
ALTER TABLE public.touch_models_booksnow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_booksnow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_booksversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    definition jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT touch_models_booksversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.touch_models_booksversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_booksversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_lock (
    id bigint NOT NULL,
    model character varying(30) NOT NULL,
    reason character varying(500) NOT NULL,
    until date,
    at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    account_id bigint NOT NULL,
    by_id bigint,
    ended_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.touch_models_lock ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_lock_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_proposal (
    id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    books integer NOT NULL,
    done_at timestamp with time zone,
    error text NOT NULL,
    result jsonb,
    asked_by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT touch_models_proposal_books_check CHECK ((books >= 0))
);
ALTER TABLE public.touch_models_proposal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_proposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_standing (
    id bigint NOT NULL,
    model character varying(30) NOT NULL,
    came_from character varying(30) NOT NULL,
    since timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    was_there boolean NOT NULL,
    cause character varying(12) NOT NULL,
    left_cause character varying(12) NOT NULL,
    lives_by integer NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT touch_models_standing_lives_by_check CHECK ((lives_by >= 0))
);
ALTER TABLE public.touch_models_standing ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_standing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_touchmodels (
    id bigint NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    followed_at timestamp with time zone,
    rests_until timestamp with time zone,
    error text NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT touch_models_touchmodels_version_check CHECK ((version >= 0))
);
ALTER TABLE public.touch_models_touchmodels ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_touchmodels_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_touchmodelstouched (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.touch_models_touchmodelstouched ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_touchmodelstouched_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_touchmodelsversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    definition jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT touch_models_touchmodelsversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.touch_models_touchmodelsversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_touchmodelsversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_transition (
    id bigint NOT NULL,
    source character varying(30) NOT NULL,
    target character varying(30) NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.touch_models_transition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_transition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.touch_models_transitionstep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    kind character varying(12) NOT NULL,
    title character varying(200) NOT NULL,
    due_on date NOT NULL,
    told_at timestamp with time zone,
    done_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    account_id bigint NOT NULL,
    done_by_id bigint,
    transition_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    message text NOT NULL,
    is_left_out boolean DEFAULT false NOT NULL,
    CONSTRAINT touch_models_transitionstep_position_check CHECK (("position" >= 0))
);
ALTER TABLE public.touch_models_transitionstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.touch_models_transitionstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_drift (
    id bigint NOT NULL,
    kind character varying(12) NOT NULL,
    event character varying(500) NOT NULL,
    property character varying(255) NOT NULL,
    was character varying(120) NOT NULL,
    now character varying(120) NOT NULL,
    noticed_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    ended_at timestamp with time zone,
    acknowledged_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.tracking_drift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_intakebatch (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    content bytea NOT NULL,
    event_count integer NOT NULL,
    status smallint DEFAULT 0 NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    source character varying(160) DEFAULT ''::character varying NOT NULL,
    processed_at timestamp with time zone,
    workspace_id bigint NOT NULL,
    write_key_id bigint,
    CONSTRAINT tracking_intakebatch_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT tracking_intakebatch_event_count_check CHECK ((event_count >= 0)),
    CONSTRAINT tracking_intakebatch_status_check CHECK ((status >= 0))
);
ALTER TABLE ONLY public.tracking_intakebatch ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE public.tracking_intakebatch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_intakebatch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_microbatch (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    batches integer NOT NULL,
    calls integer NOT NULL,
    stored integer NOT NULL,
    refused integer NOT NULL,
    oldest_seconds double precision NOT NULL,
    median_seconds double precision NOT NULL,
    seconds jsonb NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT tracking_microbatch_batches_check CHECK ((batches >= 0)),
    CONSTRAINT tracking_microbatch_calls_check CHECK ((calls >= 0)),
    CONSTRAINT tracking_microbatch_refused_check CHECK ((refused >= 0)),
    CONSTRAINT tracking_microbatch_stored_check CHECK ((stored >= 0))
);
ALTER TABLE public.tracking_microbatch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_microbatch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_observedevent (
    id bigint NOT NULL,
    name character varying(500) NOT NULL,
    type character varying(8) NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    looked_at bigint NOT NULL,
    workspace_id bigint NOT NULL,
    noticed_at timestamp with time zone NOT NULL
);
ALTER TABLE public.tracking_observedevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_observedevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_observedproperty (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    event_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    seen bigint NOT NULL,
    type character varying(8) NOT NULL
);
ALTER TABLE public.tracking_observedproperty ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_observedproperty_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_planrule (
    id bigint NOT NULL,
    kind character varying(8) NOT NULL,
    event character varying(255) NOT NULL,
    new_name character varying(255) NOT NULL,
    field character varying(255) NOT NULL,
    place character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.tracking_planrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_planrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_refusal (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    code character varying(60) NOT NULL,
    reason text NOT NULL,
    path character varying(200) NOT NULL,
    write_key character varying(200) NOT NULL,
    message_id character varying(255) NOT NULL,
    source character varying(120) NOT NULL,
    raw bytea NOT NULL,
    size bigint NOT NULL,
    count integer DEFAULT 1 NOT NULL,
    workspace_id bigint,
    batch_id bigint,
    mended bytea,
    replay_asked_at timestamp with time zone,
    replay_batch_id bigint,
    replay_into_id bigint,
    replayed_at timestamp with time zone,
    sent_at timestamp with time zone,
    refused_again_at timestamp with time zone,
    CONSTRAINT tracking_refusal_count_check CHECK ((count >= 0))
);
ALTER TABLE public.tracking_refusal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_refusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_rollupprogress (
    id bigint NOT NULL,
    reattribution_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    raw_since date,
    session_minutes integer DEFAULT 30 NOT NULL,
    sessions_counted integer,
    uncounted jsonb DEFAULT '[]'::jsonb NOT NULL,
    uncounted_problem text DEFAULT ''::text NOT NULL,
    CONSTRAINT tracking_rollupprogress_session_minutes_check CHECK ((session_minutes >= 0)),
    CONSTRAINT tracking_rollupprogress_sessions_counted_check CHECK ((sessions_counted >= 0))
);
ALTER TABLE public.tracking_rollupprogress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_rollupprogress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_tally (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    total double precision NOT NULL,
    workspace_id bigint
);
ALTER TABLE public.tracking_tally ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_tally_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tracking_timelineentry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying(80) NOT NULL,
    section character varying(16) NOT NULL,
    particulars jsonb NOT NULL,
    account_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.tracking_timelineentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tracking_timelineentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.vips_acceptance (
    id bigint NOT NULL,
    level character varying(30) NOT NULL,
    version integer NOT NULL,
    includes jsonb NOT NULL,
    lasts_days integer NOT NULL,
    accepted_by character varying(200) NOT NULL,
    accepted_on date NOT NULL,
    note character varying(1000) NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    account_id bigint NOT NULL,
    person_id bigint,
    recorded_by_id bigint,
    workspace_id bigint NOT NULL,
    address inet,
    browser character varying(300) NOT NULL,
    language character varying(10) NOT NULL,
    link_id bigint,
    CONSTRAINT vips_acceptance_lasts_days_check CHECK ((lasts_days >= 0)),
    CONSTRAINT vips_acceptance_version_check CHECK ((version >= 0))
);
ALTER TABLE public.vips_acceptance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vips_acceptance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.vips_acceptancelink (
    id bigint NOT NULL,
    level character varying(30) NOT NULL,
    version integer NOT NULL,
    includes jsonb NOT NULL,
    who character varying(300) NOT NULL,
    lasts_days integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    account_id bigint NOT NULL,
    made_by_id bigint,
    person_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT vips_acceptancelink_lasts_days_check CHECK ((lasts_days >= 0)),
    CONSTRAINT vips_acceptancelink_version_check CHECK ((version >= 0))
);
ALTER TABLE public.vips_acceptancelink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vips_acceptancelink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.vips_vipreason (
    id bigint NOT NULL,
    reason character varying(30) NOT NULL,
    level character varying(30) NOT NULL,
    since timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    left_merged boolean NOT NULL,
    version integer NOT NULL,
    evidence jsonb NOT NULL,
    leaves jsonb NOT NULL,
    account_id bigint NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT vips_vipreason_version_check CHECK ((version >= 0))
);
ALTER TABLE public.vips_vipreason ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vips_vipreason_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.vips_viprules (
    id bigint NOT NULL,
    definition jsonb NOT NULL,
    version integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    swept_at timestamp with time zone,
    error text NOT NULL,
    workspace_id bigint NOT NULL,
    CONSTRAINT vips_viprules_version_check CHECK ((version >= 0))
);
ALTER TABLE public.vips_viprules ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vips_viprules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.vips_viprulesversion (
    id bigint NOT NULL,
    number integer NOT NULL,
    definition jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    workspace_id bigint NOT NULL,
    CONSTRAINT vips_viprulesversion_number_check CHECK ((number >= 0))
);
ALTER TABLE public.vips_viprulesversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vips_viprulesversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_apikey (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    prefix character varying(16) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    scopes jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.workspaces_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_auditentry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor character varying(160) NOT NULL,
    action character varying(80) NOT NULL,
    subject character varying(200) NOT NULL,
    details jsonb NOT NULL,
    member_id bigint,
    workspace_id bigint NOT NULL,
    marks bigint[] DEFAULT '{}'::bigint[] NOT NULL
);
ALTER TABLE public.workspaces_auditentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_auditentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_invitation (
    id bigint NOT NULL,
    email character varying(254) NOT NULL,
    permission_role character varying(12) NOT NULL,
    token_hash character varying(64) NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    invited_by_id bigint,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.workspaces_invitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_invitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_member (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    permission_role character varying(12) NOT NULL,
    title character varying(120) NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    user_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.workspaces_member ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_member_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_savedview (
    id bigint NOT NULL,
    page character varying(40) NOT NULL,
    name character varying(80) NOT NULL,
    query text NOT NULL,
    is_shared boolean NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    workspace_id bigint NOT NULL
);
ALTER TABLE public.workspaces_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(120) NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);
CREATE TABLE public.workspaces_user_groups (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id integer NOT NULL
);
ALTER TABLE public.workspaces_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE public.workspaces_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_user_user_permissions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    permission_id integer NOT NULL
);
ALTER TABLE public.workspaces_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_workspace (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    timezone character varying(60) NOT NULL,
    locale character varying(12) NOT NULL,
    currency character varying(3) NOT NULL,
    is_demo boolean NOT NULL,
    holdout_share double precision NOT NULL,
    holdout_salt character varying(60) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT holdout_share_sane CHECK (((holdout_share >= (0.0)::double precision) AND (holdout_share <= (0.5)::double precision)))
);
ALTER TABLE public.workspaces_workspace ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_workspace_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workspaces_writekey (
    id bigint NOT NULL,
    name character varying(120) NOT NULL,
    key character varying(60) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retires_at timestamp with time zone,
    rolled_from_id bigint,
    workspace_id bigint NOT NULL,
    last_heard_at timestamp with time zone
);
ALTER TABLE public.workspaces_writekey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.workspaces_writekey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.customers_account
    ADD CONSTRAINT account_by_external_id UNIQUE (workspace_id, external_id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.activity_activitychoices
    ADD CONSTRAINT activity_activitychoices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.activity_dayfactors
    ADD CONSTRAINT activity_dayfactors_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.activity_usepass
    ADD CONSTRAINT activity_usepass_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.activity_usestanding
    ADD CONSTRAINT activity_usestanding_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.activity_usestanding
    ADD CONSTRAINT activity_usestanding_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_givenanswer
    ADD CONSTRAINT api_givenanswer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.backtests_backtest
    ADD CONSTRAINT backtests_backtest_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_billingcustomer
    ADD CONSTRAINT billing_billingcustomer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_billingsettings
    ADD CONSTRAINT billing_billingsettings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_exchangerate
    ADD CONSTRAINT billing_exchangerate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_failurethen
    ADD CONSTRAINT billing_failurethen_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_invoice
    ADD CONSTRAINT billing_invoice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_invoicethen
    ADD CONSTRAINT billing_invoicethen_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_ledgeraccount
    ADD CONSTRAINT billing_ledgeraccount_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.billing_ledgeraccount
    ADD CONSTRAINT billing_ledgeraccount_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_ledgermovement
    ADD CONSTRAINT billing_ledgermovement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_ledgerthen
    ADD CONSTRAINT billing_ledgerthen_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_recordedstate
    ADD CONSTRAINT billing_recordedstate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_spend
    ADD CONSTRAINT billing_spend_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_subscription
    ADD CONSTRAINT billing_subscription_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.billing_told
    ADD CONSTRAINT billing_told_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_booksnow
    ADD CONSTRAINT books_once_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.touch_models_booksversion
    ADD CONSTRAINT books_one_per_number UNIQUE (workspace_id, number);
ALTER TABLE ONLY public.channels_contactpolicy
    ADD CONSTRAINT channels_contactpolicy_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_localmail
    ADD CONSTRAINT channels_localmail_message_id_key UNIQUE (message_id);
ALTER TABLE ONLY public.channels_localmail
    ADD CONSTRAINT channels_localmail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_outgoingmessage
    ADD CONSTRAINT channels_outgoingmessage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_template
    ADD CONSTRAINT channels_template_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_templateversion
    ADD CONSTRAINT channels_templateversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_topic
    ADD CONSTRAINT channels_topic_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_unsubscribe
    ADD CONSTRAINT channels_unsubscribe_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.company_facts_companyfacts
    ADD CONSTRAINT company_facts_companyfacts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.company_facts_factsprovider
    ADD CONSTRAINT company_facts_factsprovider_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.computed_traits_computedtrait
    ADD CONSTRAINT computed_traits_computedtrait_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.conversations_ticket
    ADD CONSTRAINT conversations_ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.conversations_tickettelling
    ADD CONSTRAINT conversations_tickettelling_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_account
    ADD CONSTRAINT customers_account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_accountfacts
    ADD CONSTRAINT customers_accountfacts_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.customers_accountlife
    ADD CONSTRAINT customers_accountlife_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_accountsearchtext
    ADD CONSTRAINT customers_accountsearchtext_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.customers_affiliation
    ADD CONSTRAINT customers_affiliation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_formerplace
    ADD CONSTRAINT customers_formerplace_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_formertrait
    ADD CONSTRAINT customers_formertrait_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_lifecyclechange
    ADD CONSTRAINT customers_lifecyclechange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_ownerspell
    ADD CONSTRAINT customers_ownerspell_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_person
    ADD CONSTRAINT customers_person_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_personsearchtext
    ADD CONSTRAINT customers_personsearchtext_pkey PRIMARY KEY (person_id);
ALTER TABLE ONLY public.customers_possibleduplicate
    ADD CONSTRAINT customers_possibleduplicate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_reattribution
    ADD CONSTRAINT customers_reattribution_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_saidsince
    ADD CONSTRAINT customers_saidsince_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_traitchange
    ADD CONSTRAINT customers_traitchange_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_traitrule
    ADD CONSTRAINT customers_traitrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);
ALTER TABLE ONLY public.experiments_assignment
    ADD CONSTRAINT experiments_assignment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_columnsremembered
    ADD CONSTRAINT files_columnsremembered_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_import
    ADD CONSTRAINT files_import_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_refusedrow
    ADD CONSTRAINT files_refusedrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_replaced
    ADD CONSTRAINT files_replaced_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_touched
    ADD CONSTRAINT files_touched_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_healthscore
    ADD CONSTRAINT health_healthscore_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_judgedmeanwhile
    ADD CONSTRAINT health_judgedmeanwhile_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_judgement
    ADD CONSTRAINT health_judgement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_judgingpass
    ADD CONSTRAINT health_judgingpass_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_override
    ADD CONSTRAINT health_override_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_scorecard
    ADD CONSTRAINT health_scorecard_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_scorecardversion
    ADD CONSTRAINT health_scorecardversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_touched
    ADD CONSTRAINT health_touched_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_funnel
    ADD CONSTRAINT insights_funnel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.insights_milestone
    ADD CONSTRAINT insights_milestone_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journeys_journeyversion
    ADD CONSTRAINT journey_versions_in_order UNIQUE (journey_id, number);
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journeys_enrolment
    ADD CONSTRAINT journeys_enrolment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journeys_journey
    ADD CONSTRAINT journeys_journey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.journeys_journeyversion
    ADD CONSTRAINT journeys_journeyversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.health_judgedmeanwhile
    ADD CONSTRAINT judged_meanwhile_once UNIQUE (workspace_id, account_id);
ALTER TABLE ONLY public.kernel_movedrow
    ADD CONSTRAINT kernel_movedrow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kernel_outboxentry
    ADD CONSTRAINT kernel_outboxentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.kernel_stagerun
    ADD CONSTRAINT kernel_stagerun_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lifecycle_lifecycle
    ADD CONSTRAINT lifecycle_lifecycle_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lifecycle_lifecycletouched
    ADD CONSTRAINT lifecycle_lifecycletouched_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lifecycle_lifecycleversion
    ADD CONSTRAINT lifecycle_lifecycleversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_stay_id_key UNIQUE (stay_id);
ALTER TABLE ONLY public.lifecycle_stay
    ADD CONSTRAINT lifecycle_stay_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customers_affiliation
    ADD CONSTRAINT one_affiliation_per_account UNIQUE (person_id, account_id);
ALTER TABLE ONLY public.privacy_erasureanswer
    ADD CONSTRAINT one_answer_per_domain UNIQUE (erasure_id, domain);
ALTER TABLE ONLY public.api_givenanswer
    ADD CONSTRAINT one_answer_per_idempotency_key UNIQUE (api_key_id, key);
ALTER TABLE ONLY public.experiments_assignment
    ADD CONSTRAINT one_assignment_per_account UNIQUE (account_id);
ALTER TABLE ONLY public.billing_billingcustomer
    ADD CONSTRAINT one_billing_customer UNIQUE (workspace_id, source, external_id);
ALTER TABLE ONLY public.billing_billingsettings
    ADD CONSTRAINT one_billing_settings UNIQUE (workspace_id);
ALTER TABLE ONLY public.activity_activitychoices
    ADD CONSTRAINT one_choice_of_activity_a_version UNIQUE (workspace_id, version);
ALTER TABLE ONLY public.computed_traits_computedtrait
    ADD CONSTRAINT one_computation_per_trait UNIQUE (workspace_id, subject, name);
ALTER TABLE ONLY public.channels_contactpolicy
    ADD CONSTRAINT one_contact_policy UNIQUE (workspace_id);
ALTER TABLE ONLY public.stripe_doorrefusal
    ADD CONSTRAINT one_count_per_reason UNIQUE (connection_id, reason);
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT one_decision_per_touch UNIQUE (enrolment_id, step);
ALTER TABLE ONLY public.company_facts_factsprovider
    ADD CONSTRAINT one_facts_provider UNIQUE (workspace_id);
ALTER TABLE ONLY public.insights_funnel
    ADD CONSTRAINT one_funnel_per_name UNIQUE (workspace_id, name);
ALTER TABLE ONLY public.billing_invoice
    ADD CONSTRAINT one_invoice UNIQUE (workspace_id, source, external_id);
ALTER TABLE ONLY public.health_judgingpass
    ADD CONSTRAINT one_judging_pass UNIQUE (workspace_id);
ALTER TABLE ONLY public.customers_lifecyclechange
    ADD CONSTRAINT one_lifecycle_change_at_once UNIQUE NULLS NOT DISTINCT (workspace_id, kind, at, account_id, person_id);
ALTER TABLE ONLY public.lifecycle_lifecycleversion
    ADD CONSTRAINT one_lifecycle_per_number UNIQUE (workspace_id, number);
ALTER TABLE ONLY public.lifecycle_lifecycle
    ADD CONSTRAINT one_lifecycle_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.workspaces_member
    ADD CONSTRAINT one_membership_per_user UNIQUE (workspace_id, user_id);
ALTER TABLE ONLY public.files_columnsremembered
    ADD CONSTRAINT one_memory_per_kind UNIQUE (workspace_id, kind);
ALTER TABLE ONLY public.channels_outgoingmessage
    ADD CONSTRAINT one_message_per_key UNIQUE (workspace_id, idempotency_key);
ALTER TABLE ONLY public.insights_milestone
    ADD CONSTRAINT one_milestone_per_name UNIQUE (workspace_id, name);
ALTER TABLE ONLY public.billing_ledgermovement
    ADD CONSTRAINT one_movement_at_once UNIQUE (account_id, at);
ALTER TABLE ONLY public.tracking_observedevent
    ADD CONSTRAINT one_observation_per_event UNIQUE (workspace_id, name);
ALTER TABLE ONLY public.tracking_observedproperty
    ADD CONSTRAINT one_observation_per_type UNIQUE (event_id, name, type);
ALTER TABLE ONLY public.customers_saidsince
    ADD CONSTRAINT one_of_each_said_since UNIQUE (merge_id, key);
ALTER TABLE ONLY public.kernel_movedrow
    ADD CONSTRAINT one_origin_per_row UNIQUE (place, row_id);
ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT one_payment UNIQUE (workspace_id, source, external_id);
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT one_person_per_identity UNIQUE (workspace_id, kind, value);
ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT one_plan UNIQUE (workspace_id, source, external_id);
ALTER TABLE ONLY public.tracking_rollupprogress
    ADD CONSTRAINT one_progress_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.touch_models_proposal
    ADD CONSTRAINT one_proposal_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.billing_exchangerate
    ADD CONSTRAINT one_rate_per_currency UNIQUE (workspace_id, currency);
ALTER TABLE ONLY public.privacy_retentionrule
    ADD CONSTRAINT one_retention_per_kind UNIQUE (workspace_id, kind);
ALTER TABLE ONLY public.risk_riskchoices
    ADD CONSTRAINT one_risk_choices UNIQUE (workspace_id);
ALTER TABLE ONLY public.risk_riskmodel
    ADD CONSTRAINT one_risk_model_a_version UNIQUE (workspace_id, version);
ALTER TABLE ONLY public.activity_dayfactors
    ADD CONSTRAINT one_row_of_factors_per_zone UNIQUE (workspace_id, time_zone);
ALTER TABLE ONLY public.kernel_stagerun
    ADD CONSTRAINT one_row_per_stage UNIQUE (stage, workspace_id);
ALTER TABLE ONLY public.tracking_planrule
    ADD CONSTRAINT one_rule_per_subject UNIQUE (workspace_id, event, field, place);
ALTER TABLE ONLY public.customers_traitrule
    ADD CONSTRAINT one_rule_per_trait UNIQUE (workspace_id, kind, name);
ALTER TABLE ONLY public.health_scorecardversion
    ADD CONSTRAINT one_scorecard_version_per_number UNIQUE (scorecard_id, number);
ALTER TABLE ONLY public.segments_segmentversion
    ADD CONSTRAINT one_segment_version_per_number UNIQUE (segment_id, number);
ALTER TABLE ONLY public.snapshots_snapshottaken
    ADD CONSTRAINT one_snapshot_a_week UNIQUE (workspace_id, day);
ALTER TABLE ONLY public.company_facts_companyfacts
    ADD CONSTRAINT one_source_per_company UNIQUE (workspace_id, domain, source);
ALTER TABLE ONLY public.billing_spend
    ADD CONSTRAINT one_spend UNIQUE (workspace_id, source, external_id);
ALTER TABLE ONLY public.stripe_recordedstate
    ADD CONSTRAINT one_state_handed_over UNIQUE (connection_id, subscription_id, as_of, provenance);
ALTER TABLE ONLY public.billing_recordedstate
    ADD CONSTRAINT one_state_per_telling UNIQUE (subscription_id, as_of, provenance);
ALTER TABLE ONLY public.stripe_stripecustomer
    ADD CONSTRAINT one_stripe_customer UNIQUE (connection_id, customer_id);
ALTER TABLE ONLY public.stripe_reference
    ADD CONSTRAINT one_stripe_reference UNIQUE (connection_id, kind, object_id);
ALTER TABLE ONLY public.billing_subscription
    ADD CONSTRAINT one_subscription UNIQUE (workspace_id, source, external_id);
ALTER TABLE ONLY public.customers_possibleduplicate
    ADD CONSTRAINT one_suggestion_per_pair UNIQUE (workspace_id, kind, first_id, second_id);
ALTER TABLE ONLY public.tracking_tally
    ADD CONSTRAINT one_tally_per_name UNIQUE NULLS NOT DISTINCT (workspace_id, name);
ALTER TABLE ONLY public.conversations_tickettelling
    ADD CONSTRAINT one_telling_per_row UNIQUE (ticket_id, source, "row");
ALTER TABLE ONLY public.conversations_ticket
    ADD CONSTRAINT one_ticket_per_external_id UNIQUE (workspace_id, external_id);
ALTER TABLE ONLY public.channels_topic
    ADD CONSTRAINT one_topic_per_key UNIQUE (workspace_id, key);
ALTER TABLE ONLY public.channels_unsubscribe
    ADD CONSTRAINT one_unsubscribe_per_topic UNIQUE (workspace_id, address, topic);
ALTER TABLE ONLY public.activity_usepass
    ADD CONSTRAINT one_use_pass_per_day UNIQUE (workspace_id, day);
ALTER TABLE ONLY public.workspaces_savedview
    ADD CONSTRAINT one_view_per_name UNIQUE (member_id, page, name);
ALTER TABLE ONLY public.simulator_simulatedworld
    ADD CONSTRAINT one_world_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_playbook
    ADD CONSTRAINT playbooks_playbook_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.privacy_consent
    ADD CONSTRAINT privacy_consent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.privacy_erasure
    ADD CONSTRAINT privacy_erasure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.privacy_erasureanswer
    ADD CONSTRAINT privacy_erasureanswer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.privacy_retentionrule
    ADD CONSTRAINT privacy_retentionrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_refusedrow
    ADD CONSTRAINT refused_once UNIQUE (of_id, number);
ALTER TABLE ONLY public.risk_accountrisk
    ADD CONSTRAINT risk_accountrisk_account_id_key UNIQUE (account_id);
ALTER TABLE ONLY public.risk_accountrisk
    ADD CONSTRAINT risk_accountrisk_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.risk_riskchoices
    ADD CONSTRAINT risk_riskchoices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.risk_riskmodel
    ADD CONSTRAINT risk_riskmodel_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.segment_signals_segmentsignal
    ADD CONSTRAINT segment_signals_segmentsignal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.segments_membership
    ADD CONSTRAINT segments_membership_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.segments_segment
    ADD CONSTRAINT segments_segment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.segments_segmentversion
    ADD CONSTRAINT segments_segmentversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.segments_touched
    ADD CONSTRAINT segments_touched_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signals_signal
    ADD CONSTRAINT signals_signal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signals_signalmute
    ADD CONSTRAINT signals_signalmute_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.simulator_simulatedworld
    ADD CONSTRAINT simulator_simulatedworld_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.snapshots_snapshottaken
    ADD CONSTRAINT snapshots_snapshottaken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_backfill
    ADD CONSTRAINT stripe_backfill_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_connection
    ADD CONSTRAINT stripe_connection_address_key UNIQUE (address);
ALTER TABLE ONLY public.stripe_connection
    ADD CONSTRAINT stripe_connection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_doorrefusal
    ADD CONSTRAINT stripe_doorrefusal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_recordedstate
    ADD CONSTRAINT stripe_recordedstate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_reference
    ADD CONSTRAINT stripe_reference_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_stripecustomer
    ADD CONSTRAINT stripe_stripecustomer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_told
    ADD CONSTRAINT stripe_told_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.stripe_webhooksecret
    ADD CONSTRAINT stripe_webhooksecret_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.channels_templateversion
    ADD CONSTRAINT template_versions_in_order UNIQUE (template_id, number);
ALTER TABLE ONLY public.billing_told
    ADD CONSTRAINT told_once UNIQUE (account_id, mark);
ALTER TABLE ONLY public.stripe_told
    ADD CONSTRAINT told_once_by_stripe UNIQUE (connection_id, telling_id);
ALTER TABLE ONLY public.touch_models_booksnow
    ADD CONSTRAINT touch_models_booksnow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_booksversion
    ADD CONSTRAINT touch_models_booksversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_lock
    ADD CONSTRAINT touch_models_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_touchmodels
    ADD CONSTRAINT touch_models_once_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.touch_models_touchmodelsversion
    ADD CONSTRAINT touch_models_one_per_number UNIQUE (workspace_id, number);
ALTER TABLE ONLY public.touch_models_proposal
    ADD CONSTRAINT touch_models_proposal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_standing
    ADD CONSTRAINT touch_models_standing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_touchmodels
    ADD CONSTRAINT touch_models_touchmodels_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_touchmodelstouched
    ADD CONSTRAINT touch_models_touchmodelstouched_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_touchmodelsversion
    ADD CONSTRAINT touch_models_touchmodelsversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_transition
    ADD CONSTRAINT touch_models_transition_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_transitionstep
    ADD CONSTRAINT touch_models_transitionstep_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.files_touched
    ADD CONSTRAINT touched_once UNIQUE NULLS NOT DISTINCT (of_id, account_id, person_id);
ALTER TABLE ONLY public.tracking_drift
    ADD CONSTRAINT tracking_drift_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_intakebatch
    ADD CONSTRAINT tracking_intakebatch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_microbatch
    ADD CONSTRAINT tracking_microbatch_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_observedevent
    ADD CONSTRAINT tracking_observedevent_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_observedproperty
    ADD CONSTRAINT tracking_observedproperty_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_planrule
    ADD CONSTRAINT tracking_planrule_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_refusal
    ADD CONSTRAINT tracking_refusal_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_rollupprogress
    ADD CONSTRAINT tracking_rollupprogress_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_tally
    ADD CONSTRAINT tracking_tally_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tracking_timelineentry
    ADD CONSTRAINT tracking_timelineentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.touch_models_transitionstep
    ADD CONSTRAINT transition_steps_in_order UNIQUE (transition_id, "position");
ALTER TABLE ONLY public.vips_viprules
    ADD CONSTRAINT vip_rules_once_per_workspace UNIQUE (workspace_id);
ALTER TABLE ONLY public.vips_viprulesversion
    ADD CONSTRAINT vip_rules_one_per_number UNIQUE (workspace_id, number);
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_link_id_key UNIQUE (link_id);
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vips_acceptancelink
    ADD CONSTRAINT vips_acceptancelink_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vips_vipreason
    ADD CONSTRAINT vips_vipreason_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vips_viprules
    ADD CONSTRAINT vips_viprules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.vips_viprulesversion
    ADD CONSTRAINT vips_viprulesversion_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE ONLY public.workspaces_auditentry
    ADD CONSTRAINT workspaces_auditentry_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_invitation
    ADD CONSTRAINT workspaces_invitation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_invitation
    ADD CONSTRAINT workspaces_invitation_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.workspaces_member
    ADD CONSTRAINT workspaces_member_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_savedview
    ADD CONSTRAINT workspaces_savedview_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_user
    ADD CONSTRAINT workspaces_user_email_key UNIQUE (email);
ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_user_id_group_id_0b58b092_uniq UNIQUE (user_id, group_id);
ALTER TABLE ONLY public.workspaces_user
    ADD CONSTRAINT workspaces_user_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_per_user_id_permission_id_09b3821a_uniq UNIQUE (user_id, permission_id);
ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_workspace
    ADD CONSTRAINT workspaces_workspace_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workspaces_writekey
    ADD CONSTRAINT workspaces_writekey_key_key UNIQUE (key);
ALTER TABLE ONLY public.workspaces_writekey
    ADD CONSTRAINT workspaces_writekey_pkey PRIMARY KEY (id);
CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);
CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);
CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);
CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);
CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);
CREATE INDEX accounts_by_fact ON public.customers_accountfacts USING gin (facts);
CREATE INDEX accounts_by_fragment ON public.customers_accountsearchtext USING gin (public.customers_fragments(workspace_id, said, name_key)) WITH (gin_pending_list_limit='1024');
CREATE INDEX accounts_by_health ON public.customers_account USING btree (workspace_id, (
CASE
    WHEN (jsonb_typeof(jsonb_extract_path(traits, VARIADIC ARRAY['health_score'::text])) = 'number'::text) THEN (jsonb_extract_path_text(traits, VARIADIC ARRAY['health_score'::text]))::double precision
    ELSE NULL::double precision
END), id) WHERE ((merged_into_id IS NULL) AND (
CASE
    WHEN (jsonb_typeof(jsonb_extract_path(traits, VARIADIC ARRAY['health_score'::text])) = 'number'::text) THEN (jsonb_extract_path_text(traits, VARIADIC ARRAY['health_score'::text]))::double precision
    ELSE NULL::double precision
END IS NOT NULL));
CREATE INDEX accounts_by_mrr ON public.customers_account USING btree (workspace_id, (
CASE
    WHEN (jsonb_typeof(jsonb_extract_path(traits, VARIADIC ARRAY['mrr'::text])) = 'number'::text) THEN (jsonb_extract_path_text(traits, VARIADIC ARRAY['mrr'::text]))::double precision
    ELSE NULL::double precision
END), id) WHERE (merged_into_id IS NULL);
CREATE INDEX accounts_by_name ON public.customers_account USING btree (workspace_id, lower((name)::text), id) WHERE (merged_into_id IS NULL);
CREATE INDEX accounts_by_owner ON public.customers_account USING btree (workspace_id, owner_id, id) WHERE (merged_into_id IS NULL);
CREATE INDEX accounts_by_parent ON public.customers_account USING btree (parent_id) WHERE (NOT (parent_id IS NULL));
CREATE INDEX accounts_by_parent_said ON public.customers_account USING btree (workspace_id, parent_said) WHERE (NOT ((parent_said)::text = ''::text));
CREATE INDEX accounts_by_risk ON public.customers_account USING btree (workspace_id, (
CASE
    WHEN (jsonb_typeof(jsonb_extract_path(traits, VARIADIC ARRAY['churn_risk'::text])) = 'number'::text) THEN (jsonb_extract_path_text(traits, VARIADIC ARRAY['churn_risk'::text]))::double precision
    ELSE NULL::double precision
END), id) WHERE ((merged_into_id IS NULL) AND (
CASE
    WHEN (jsonb_typeof(jsonb_extract_path(traits, VARIADIC ARRAY['churn_risk'::text])) = 'number'::text) THEN (jsonb_extract_path_text(traits, VARIADIC ARRAY['churn_risk'::text]))::double precision
    ELSE NULL::double precision
END IS NOT NULL));
CREATE INDEX accounts_by_seen_about ON public.customers_account USING btree (workspace_id, last_seen_about, id) WHERE (merged_into_id IS NULL);
CREATE INDEX accounts_by_sign_up ON public.customers_account USING btree (workspace_id, signed_up_at, id) WHERE (merged_into_id IS NULL);
CREATE INDEX accounts_churned ON public.customers_account USING btree (workspace_id, churned_at) WHERE (NOT (churned_at IS NULL));
CREATE INDEX accounts_returned ON public.customers_account USING btree (workspace_id, returned_at) WHERE (NOT (returned_at IS NULL));
CREATE INDEX accounts_searched_by_name ON public.customers_accountsearchtext USING btree (workspace_id, name_key, account_id) INCLUDE (said) WHERE (octet_length(said) <= 1000);
CREATE INDEX accounts_with_long_names ON public.customers_accountsearchtext USING btree (workspace_id) WHERE (octet_length(said) > 1000);
CREATE INDEX activity_activitychoices_workspace_id_7a52999e ON public.activity_activitychoices USING btree (workspace_id);
CREATE INDEX activity_dayfactors_workspace_id_f498492a ON public.activity_dayfactors USING btree (workspace_id);
CREATE INDEX activity_usepass_workspace_id_2534bda6 ON public.activity_usepass USING btree (workspace_id);
CREATE INDEX activity_usestanding_workspace_id_62da6e6a ON public.activity_usestanding USING btree (workspace_id);
CREATE INDEX api_givenanswer_api_key_id_aca2c233 ON public.api_givenanswer USING btree (api_key_id);
CREATE INDEX api_givenanswer_workspace_id_1e09a042 ON public.api_givenanswer USING btree (workspace_id);
CREATE INDEX assignments_by_time ON public.experiments_assignment USING btree (workspace_id, assigned_at);
CREATE INDEX audit_by_marks ON public.workspaces_auditentry USING gin (marks);
CREATE INDEX audit_latest ON public.workspaces_auditentry USING btree (workspace_id, at DESC);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX backtests_backtest_asked_by_id_b14571ab ON public.backtests_backtest USING btree (asked_by_id);
CREATE INDEX backtests_backtest_workspace_id_98219000 ON public.backtests_backtest USING btree (workspace_id);
CREATE INDEX backtests_latest ON public.backtests_backtest USING btree (workspace_id, id DESC);
CREATE INDEX billing_billingcustomer_account_id_23c29e50 ON public.billing_billingcustomer USING btree (account_id);
CREATE INDEX billing_billingsettings_workspace_id_fe34a4b3 ON public.billing_billingsettings USING btree (workspace_id);
CREATE INDEX billing_invoice_account_id_71f06cf2 ON public.billing_invoice USING btree (account_id);
CREATE INDEX billing_payment_account_id_411a2f8d ON public.billing_payment USING btree (account_id);
CREATE INDEX billing_subscription_account_id_02e44ef3 ON public.billing_subscription USING btree (account_id);
CREATE INDEX calls_of_account ON public.playbooks_calllog USING btree (account_id, id DESC);
CREATE INDEX channels_contactpolicy_workspace_id_1cf33ff4 ON public.channels_contactpolicy USING btree (workspace_id);
CREATE INDEX channels_localmail_workspace_id_be259af5 ON public.channels_localmail USING btree (workspace_id);
CREATE INDEX channels_outgoingmessage_account_id_5cb1677f ON public.channels_outgoingmessage USING btree (account_id);
CREATE INDEX channels_outgoingmessage_person_id_4efb6ff3 ON public.channels_outgoingmessage USING btree (person_id);
CREATE INDEX channels_outgoingmessage_template_version_id_40336f12 ON public.channels_outgoingmessage USING btree (template_version_id);
CREATE INDEX channels_outgoingmessage_workspace_id_bee0b2a8 ON public.channels_outgoingmessage USING btree (workspace_id);
CREATE INDEX channels_template_current_id_8f7f48e9 ON public.channels_template USING btree (current_id);
CREATE INDEX channels_template_workspace_id_acdff151 ON public.channels_template USING btree (workspace_id);
CREATE INDEX channels_templateversion_created_by_id_89e8ef8b ON public.channels_templateversion USING btree (created_by_id);
CREATE INDEX channels_templateversion_template_id_51c84167 ON public.channels_templateversion USING btree (template_id);
CREATE INDEX channels_templateversion_workspace_id_7c387f73 ON public.channels_templateversion USING btree (workspace_id);
CREATE INDEX channels_topic_key_b57ccbfc ON public.channels_topic USING btree (key);
CREATE INDEX channels_topic_key_b57ccbfc_like ON public.channels_topic USING btree (key varchar_pattern_ops);
CREATE INDEX channels_topic_workspace_id_1df45f34 ON public.channels_topic USING btree (workspace_id);
CREATE INDEX channels_unsubscribe_message_id_1805cca9 ON public.channels_unsubscribe USING btree (message_id);
CREATE INDEX channels_unsubscribe_person_id_d5ce2c9b ON public.channels_unsubscribe USING btree (person_id);
CREATE INDEX channels_unsubscribe_workspace_id_cf8a7131 ON public.channels_unsubscribe USING btree (workspace_id);
CREATE INDEX company_facts_companyfacts_workspace_id_3134bc8b ON public.company_facts_companyfacts USING btree (workspace_id);
CREATE INDEX company_facts_factsprovider_workspace_id_526ccfae ON public.company_facts_factsprovider USING btree (workspace_id);
CREATE INDEX computations_due ON public.computed_traits_computedtrait USING btree (due_at);
CREATE INDEX computed_traits_computedtrait_made_by_id_6afe21e0 ON public.computed_traits_computedtrait USING btree (made_by_id);
CREATE INDEX computed_traits_computedtrait_workspace_id_2601468e ON public.computed_traits_computedtrait USING btree (workspace_id);
CREATE INDEX consents_of_person ON public.privacy_consent USING btree (person_id, purpose, at DESC);
CREATE INDEX conversations_ticket_account_id_03804626 ON public.conversations_ticket USING btree (account_id);
CREATE INDEX conversations_ticket_person_id_8558c928 ON public.conversations_ticket USING btree (person_id);
CREATE INDEX conversations_tickettelling_person_id_c1e005ec ON public.conversations_tickettelling USING btree (person_id);
CREATE INDEX conversations_tickettelling_ticket_id_9d70f0e5 ON public.conversations_tickettelling USING btree (ticket_id);
CREATE INDEX customers_account_merged_into_id_ebe2ebcf ON public.customers_account USING btree (merged_into_id);
CREATE INDEX customers_account_owner_id_5429b70a ON public.customers_account USING btree (owner_id);
CREATE INDEX customers_affiliation_account_id_732bd885 ON public.customers_affiliation USING btree (account_id);
CREATE INDEX customers_affiliation_workspace_id_f5aa36e9 ON public.customers_affiliation USING btree (workspace_id);
CREATE INDEX customers_formerplace_account_id_8542e372 ON public.customers_formerplace USING btree (account_id);
CREATE INDEX customers_formerplace_person_id_64bd65e8 ON public.customers_formerplace USING btree (person_id);
CREATE INDEX customers_formertrait_account_id_da5e410d ON public.customers_formertrait USING btree (account_id);
CREATE INDEX customers_formertrait_person_id_1c92e03f ON public.customers_formertrait USING btree (person_id);
CREATE INDEX customers_identity_owner_id_cd46162b ON public.customers_identity USING btree (owner_id);
CREATE INDEX customers_identity_person_id_f7c80685 ON public.customers_identity USING btree (person_id);
CREATE INDEX customers_lifecyclechange_account_id_9974bb2e ON public.customers_lifecyclechange USING btree (account_id);
CREATE INDEX customers_lifecyclechange_person_id_31e02bce ON public.customers_lifecyclechange USING btree (person_id);
CREATE INDEX customers_lifecyclechange_workspace_id_1931e78d ON public.customers_lifecyclechange USING btree (workspace_id);
CREATE INDEX customers_merge_made_by_id_6679b47c ON public.customers_merge USING btree (made_by_id);
CREATE INDEX customers_merge_undone_by_id_6cedfb9e ON public.customers_merge USING btree (undone_by_id);
CREATE INDEX customers_merge_workspace_id_d6280396 ON public.customers_merge USING btree (workspace_id);
CREATE INDEX customers_person_merged_into_id_7662463a ON public.customers_person USING btree (merged_into_id);
CREATE INDEX customers_possibleduplicate_refused_by_id_ee6aa78f ON public.customers_possibleduplicate USING btree (refused_by_id);
CREATE INDEX customers_possibleduplicate_workspace_id_7566e53c ON public.customers_possibleduplicate USING btree (workspace_id);
CREATE INDEX customers_saidsince_workspace_id_b2165112 ON public.customers_saidsince USING btree (workspace_id);
CREATE INDEX customers_traitchange_workspace_id_ffcb4ec0 ON public.customers_traitchange USING btree (workspace_id);
CREATE INDEX customers_traitrule_workspace_id_999b5626 ON public.customers_traitrule USING btree (workspace_id);
CREATE INDEX decisions_latest ON public.journeys_decision USING btree (workspace_id, at DESC, id DESC);
CREATE INDEX decisions_of_account ON public.journeys_decision USING btree (account_id, at DESC);
CREATE INDEX decisions_of_journey ON public.journeys_decision USING btree (journey_id, outcome);
CREATE INDEX decisions_of_person ON public.journeys_decision USING btree (person_id, at DESC);
CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);
CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);
CREATE INDEX enrolments_due ON public.journeys_enrolment USING btree (journey_id, due_at, id) WHERE ((status)::text = 'live'::text);
CREATE INDEX enrolments_of_account ON public.journeys_enrolment USING btree (account_id, id DESC);
CREATE INDEX enrolments_of_journey ON public.journeys_enrolment USING btree (journey_id, status, step);
CREATE INDEX enrolments_of_person ON public.journeys_enrolment USING btree (person_id, id DESC);
CREATE INDEX erasures_latest ON public.privacy_erasure USING btree (workspace_id, asked_at DESC);
CREATE INDEX erasures_waiting ON public.privacy_erasure USING btree (id) WHERE (done_at IS NULL);
CREATE INDEX experiments_assignment_workspace_id_1635e148 ON public.experiments_assignment USING btree (workspace_id);
CREATE INDEX failures_then_by_time ON public.billing_failurethen USING btree (workspace_id, at);
CREATE INDEX failures_then_latest ON public.billing_failurethen USING btree (payment_id, id DESC);
CREATE INDEX files_columnsremembered_workspace_id_6e93ee58 ON public.files_columnsremembered USING btree (workspace_id);
CREATE INDEX files_import_made_by_id_ce2af339 ON public.files_import USING btree (made_by_id);
CREATE INDEX files_import_workspace_id_7d7cd55e ON public.files_import USING btree (workspace_id);
CREATE INDEX files_refusedrow_workspace_id_390d8bf7 ON public.files_refusedrow USING btree (workspace_id);
CREATE INDEX files_replaced_of_id_5acc9212 ON public.files_replaced USING btree (of_id);
CREATE INDEX files_replaced_workspace_id_81ec71a3 ON public.files_replaced USING btree (workspace_id);
CREATE INDEX files_touched_account_id_4efe07c1 ON public.files_touched USING btree (account_id);
CREATE INDEX files_touched_person_id_b5cee642 ON public.files_touched USING btree (person_id);
CREATE INDEX files_touched_workspace_id_dcc8b651 ON public.files_touched USING btree (workspace_id);
CREATE INDEX health_judgement_by_id_59586d50 ON public.health_judgement USING btree (by_id);
CREATE INDEX health_override_by_id_87046047 ON public.health_override USING btree (by_id);
CREATE INDEX health_override_ended_by_id_97916cf9 ON public.health_override USING btree (ended_by_id);
CREATE INDEX health_scorecard_created_by_id_cdb28d80 ON public.health_scorecard USING btree (created_by_id);
CREATE INDEX health_scorecardversion_by_id_a94fae9b ON public.health_scorecardversion USING btree (by_id);
CREATE INDEX health_scores_now ON public.health_healthscore USING btree (scorecard_id, score, account_id) WHERE (until IS NULL);
CREATE INDEX health_scores_of_account ON public.health_healthscore USING btree (account_id, scorecard_id, since DESC);
CREATE INDEX identities_joined ON public.customers_identity USING btree (joined_to_id) WHERE (NOT (joined_to_id IS NULL));
CREATE INDEX imports_to_do ON public.files_import USING btree (id) WHERE ((status)::text = ANY ((ARRAY['checking'::character varying, 'running'::character varying, 'undoing'::character varying])::text[]));
CREATE INDEX insights_funnel_created_by_id_a2321975 ON public.insights_funnel USING btree (created_by_id);
CREATE INDEX insights_funnel_workspace_id_4c426ec9 ON public.insights_funnel USING btree (workspace_id);
CREATE INDEX insights_milestone_workspace_id_d80d3472 ON public.insights_milestone USING btree (workspace_id);
CREATE INDEX intake_waiting ON public.tracking_intakebatch USING btree (workspace_id, id) WHERE (status = 0);
CREATE INDEX invoices_then_latest ON public.billing_invoicethen USING btree (invoice_id, id DESC);
CREATE INDEX journeys_decision_account_id_3aaba774 ON public.journeys_decision USING btree (account_id);
CREATE INDEX journeys_decision_enrolment_id_ae14d2f9 ON public.journeys_decision USING btree (enrolment_id);
CREATE INDEX journeys_decision_journey_id_26a566fd ON public.journeys_decision USING btree (journey_id);
CREATE INDEX journeys_decision_message_id_83931c07 ON public.journeys_decision USING btree (message_id);
CREATE INDEX journeys_decision_person_id_08c7d19b ON public.journeys_decision USING btree (person_id);
CREATE INDEX journeys_decision_version_id_6ec4faba ON public.journeys_decision USING btree (version_id);
CREATE INDEX journeys_decision_workspace_id_4466716e ON public.journeys_decision USING btree (workspace_id);
CREATE INDEX journeys_enrolment_account_id_21c0b4fe ON public.journeys_enrolment USING btree (account_id);
CREATE INDEX journeys_enrolment_journey_id_5f949d0e ON public.journeys_enrolment USING btree (journey_id);
CREATE INDEX journeys_enrolment_person_id_e9e98613 ON public.journeys_enrolment USING btree (person_id);
CREATE INDEX journeys_enrolment_version_id_04d0fd09 ON public.journeys_enrolment USING btree (version_id);
CREATE INDEX journeys_enrolment_workspace_id_b5a0309c ON public.journeys_enrolment USING btree (workspace_id);
CREATE INDEX journeys_journey_current_id_f66ca091 ON public.journeys_journey USING btree (current_id);
CREATE INDEX journeys_journey_goal_segment_id_c14b8677 ON public.journeys_journey USING btree (goal_segment_id);
CREATE INDEX journeys_journey_trigger_segment_id_2d40797f ON public.journeys_journey USING btree (trigger_segment_id);
CREATE INDEX journeys_journey_workspace_id_8c8f4395 ON public.journeys_journey USING btree (workspace_id);
CREATE INDEX journeys_journeyversion_created_by_id_5d2ae397 ON public.journeys_journeyversion USING btree (created_by_id);
CREATE INDEX journeys_journeyversion_journey_id_a85186a5 ON public.journeys_journeyversion USING btree (journey_id);
CREATE INDEX journeys_journeyversion_workspace_id_f5d69af6 ON public.journeys_journeyversion USING btree (workspace_id);
CREATE INDEX journeys_live ON public.journeys_journey USING btree (workspace_id, trigger_kind) WHERE ((status)::text = 'live'::text);
CREATE INDEX judgements_of_account ON public.health_judgement USING btree (account_id, at DESC);
CREATE INDEX ledgers_by_mrr ON public.billing_ledgeraccount USING btree (workspace_id, mrr DESC);
CREATE INDEX ledgers_due ON public.billing_ledgeraccount USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX ledgers_then_latest ON public.billing_ledgerthen USING btree (account_id, id DESC);
CREATE INDEX lifecycle_lifecycle_workspace_id_4f8c1343 ON public.lifecycle_lifecycle USING btree (workspace_id);
CREATE INDEX lifecycle_lifecycletouched_workspace_id_b17f3f6e ON public.lifecycle_lifecycletouched USING btree (workspace_id);
CREATE INDEX lifecycle_lifecycleversion_by_id_9be20561 ON public.lifecycle_lifecycleversion USING btree (by_id);
CREATE INDEX lifecycle_lifecycleversion_workspace_id_f0d7cfbf ON public.lifecycle_lifecycleversion USING btree (workspace_id);
CREATE INDEX lifecycle_placement_by_id_41d73c19 ON public.lifecycle_placement USING btree (by_id);
CREATE INDEX lifecycle_placement_ended_by_id_68b1dc9d ON public.lifecycle_placement USING btree (ended_by_id);
CREATE INDEX lifecycle_placement_workspace_id_9a918a9a ON public.lifecycle_placement USING btree (workspace_id);
CREATE INDEX lifecycle_stay_workspace_id_6abd358b ON public.lifecycle_stay USING btree (workspace_id);
CREATE INDEX lives_of_account_latest ON public.customers_accountlife USING btree (account_id, id DESC);
CREATE INDEX memberships_ended ON public.segments_membership USING btree (segment_id, left_at DESC, id DESC) WHERE (left_at IS NOT NULL);
CREATE INDEX memberships_latest ON public.segments_membership USING btree (segment_id, since DESC, id DESC);
CREATE INDEX memberships_of_account ON public.segments_membership USING btree (account_id, since DESC) WHERE (account_id IS NOT NULL);
CREATE INDEX memberships_of_person ON public.segments_membership USING btree (person_id, since DESC) WHERE (person_id IS NOT NULL);
CREATE INDEX merges_in_force ON public.customers_merge USING btree (workspace_id, kind, kept_id) WHERE (undone_at IS NULL);
CREATE INDEX messages_by_origin ON public.channels_outgoingmessage USING btree (workspace_id, origin, id DESC);
CREATE INDEX messages_by_status ON public.channels_outgoingmessage USING btree (workspace_id, status, id DESC);
CREATE INDEX messages_latest ON public.channels_outgoingmessage USING btree (workspace_id, id DESC);
CREATE INDEX messages_of_account ON public.channels_outgoingmessage USING btree (account_id, id DESC);
CREATE INDEX messages_of_person ON public.channels_outgoingmessage USING btree (person_id, queued_at);
CREATE INDEX messages_sending ON public.channels_outgoingmessage USING btree (claimed_at) WHERE ((status)::text = 'sending'::text);
CREATE INDEX messages_waiting ON public.channels_outgoingmessage USING btree (not_before, id) WHERE ((status)::text = 'waiting'::text);
CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);
CREATE INDEX micro_batches_latest ON public.tracking_microbatch USING btree (at);
CREATE INDEX moved_by_now ON public.kernel_movedrow USING btree (workspace_id, place, now_id);
CREATE INDEX moved_by_origin ON public.kernel_movedrow USING btree (workspace_id, place, origin_id);
CREATE INDEX movements_latest ON public.billing_ledgermovement USING btree (workspace_id, at DESC, id DESC);
CREATE INDEX mutes_live ON public.signals_signalmute USING btree (workspace_id, until) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_account_trait_at_once ON public.customers_traitchange USING btree (account_id, name, at) WHERE (account_id IS NOT NULL);
CREATE UNIQUE INDEX one_back_fill_at_a_time ON public.stripe_backfill USING btree (connection_id) WHERE (finished_at IS NULL);
CREATE UNIQUE INDEX one_health_score_now ON public.health_healthscore USING btree (scorecard_id, account_id) WHERE (until IS NULL);
CREATE UNIQUE INDEX one_journey_per_name ON public.journeys_journey USING btree (workspace_id, name) WHERE (NOT ((status)::text = 'archived'::text));
CREATE UNIQUE INDEX one_live_enrolment_per_account ON public.journeys_enrolment USING btree (journey_id, account_id) WHERE ((person_id IS NULL) AND ((status)::text = 'live'::text));
CREATE UNIQUE INDEX one_live_enrolment_per_person ON public.journeys_enrolment USING btree (journey_id, person_id) WHERE ((person_id IS NOT NULL) AND ((status)::text = 'live'::text));
CREATE UNIQUE INDEX one_lock_at_once ON public.touch_models_lock USING btree (account_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_open_account_membership ON public.segments_membership USING btree (segment_id, account_id) WHERE ((account_id IS NOT NULL) AND (left_at IS NULL));
CREATE UNIQUE INDEX one_open_drift ON public.tracking_drift USING btree (workspace_id, kind, event, property, now) WHERE ((acknowledged_at IS NULL) AND (ended_at IS NULL));
CREATE UNIQUE INDEX one_open_person_membership ON public.segments_membership USING btree (segment_id, person_id) WHERE ((left_at IS NULL) AND (person_id IS NOT NULL));
CREATE UNIQUE INDEX one_open_run_per_key ON public.playbooks_run USING btree (workspace_id, dedupe_key) WHERE ((status)::text = 'open'::text);
CREATE UNIQUE INDEX one_open_signal_per_reason ON public.signals_signal USING btree (workspace_id, account_id, kind, reason_key) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'snoozed'::character varying])::text[]));
CREATE UNIQUE INDEX one_open_stay ON public.lifecycle_stay USING btree (account_id) WHERE (left_at IS NULL);
CREATE UNIQUE INDEX one_person_trait_at_once ON public.customers_traitchange USING btree (person_id, name, at) WHERE (person_id IS NOT NULL);
CREATE UNIQUE INDEX one_placement_at_once ON public.lifecycle_placement USING btree (account_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_playbook_per_name ON public.playbooks_playbook USING btree (workspace_id, name) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX one_scorecard_per_name ON public.health_scorecard USING btree (workspace_id, name) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX one_segment_per_name ON public.segments_segment USING btree (workspace_id, name) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX one_segment_signal_per_name ON public.segment_signals_segmentsignal USING btree (workspace_id, name) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX one_template_per_name ON public.channels_template USING btree (workspace_id, name) WHERE (archived_at IS NULL);
CREATE UNIQUE INDEX one_touch_model_at_once ON public.touch_models_standing USING btree (account_id) WHERE (left_at IS NULL);
CREATE UNIQUE INDEX one_transition_at_once ON public.touch_models_transition USING btree (account_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX one_vip_reason_at_once ON public.vips_vipreason USING btree (account_id, reason) WHERE (left_at IS NULL);
CREATE INDEX outbox_parked ON public.kernel_outboxentry USING btree (id) WHERE parked;
CREATE INDEX outbox_waiting ON public.kernel_outboxentry USING btree (id) WHERE ((delivered_at IS NULL) AND (NOT parked));
CREATE INDEX overrides_ending ON public.health_override USING btree (ends_at) WHERE (ended_at IS NULL);
CREATE INDEX overrides_of_account ON public.health_override USING btree (account_id, at DESC);
CREATE INDEX owners_of_account_latest ON public.customers_ownerspell USING btree (account_id, id DESC);
CREATE INDEX payments_by_time ON public.billing_payment USING btree (workspace_id, at);
CREATE INDEX people_by_address ON public.customers_person USING btree (workspace_id, NULLIF(lower((email)::text), ''::text), id) WHERE ((NOT is_anonymous) AND (merged_into_id IS NULL));
CREATE INDEX people_by_email ON public.customers_person USING btree (workspace_id, upper((email)::text));
CREATE INDEX people_by_external_id ON public.customers_person USING btree (workspace_id, external_id);
CREATE INDEX people_by_first_seen ON public.customers_person USING btree (workspace_id, first_seen_at, id) WHERE ((NOT is_anonymous) AND (merged_into_id IS NULL));
CREATE INDEX people_by_fragment ON public.customers_personsearchtext USING gin (public.customers_fragments(workspace_id, said, name_key, email_key)) WITH (gin_pending_list_limit='1024');
CREATE INDEX people_by_name ON public.customers_person USING btree (workspace_id, NULLIF(lower((name)::text), ''::text), id) WHERE ((NOT is_anonymous) AND (merged_into_id IS NULL));
CREATE INDEX people_by_seen_about ON public.customers_person USING btree (workspace_id, last_seen_about, id) WHERE ((NOT is_anonymous) AND (merged_into_id IS NULL));
CREATE INDEX people_searched_by_address ON public.customers_personsearchtext USING btree (workspace_id, email_key, person_id) INCLUDE (said) WHERE (octet_length(said) <= 1000);
CREATE INDEX people_searched_by_name ON public.customers_personsearchtext USING btree (workspace_id, name_key, person_id) INCLUDE (said) WHERE (octet_length(said) <= 1000);
CREATE INDEX people_with_long_names ON public.customers_personsearchtext USING btree (workspace_id) WHERE (octet_length(said) > 1000);
CREATE INDEX placements_of_account ON public.lifecycle_placement USING btree (account_id, at DESC);
CREATE INDEX placements_open ON public.lifecycle_placement USING btree (workspace_id, at DESC, id DESC) WHERE (ended_at IS NULL);
CREATE INDEX playbooks_by_signal ON public.playbooks_playbook USING btree (workspace_id, signal_kind) WHERE (archived_at IS NULL);
CREATE INDEX playbooks_calllog_account_id_1ed4decf ON public.playbooks_calllog USING btree (account_id);
CREATE INDEX playbooks_calllog_called_by_id_60de8cb0 ON public.playbooks_calllog USING btree (called_by_id);
CREATE INDEX playbooks_calllog_next_task_id_4a00c3b5 ON public.playbooks_calllog USING btree (next_task_id);
CREATE INDEX playbooks_calllog_person_id_650b1fe8 ON public.playbooks_calllog USING btree (person_id);
CREATE INDEX playbooks_calllog_run_id_5bb261cb ON public.playbooks_calllog USING btree (run_id);
CREATE INDEX playbooks_calllog_task_id_4f21d2ac ON public.playbooks_calllog USING btree (task_id);
CREATE INDEX playbooks_calllog_workspace_id_ee00a4cf ON public.playbooks_calllog USING btree (workspace_id);
CREATE INDEX playbooks_playbook_segment_id_5b0eb5b4 ON public.playbooks_playbook USING btree (segment_id);
CREATE INDEX playbooks_playbook_workspace_id_433fa03b ON public.playbooks_playbook USING btree (workspace_id);
CREATE INDEX playbooks_run_account_id_13d266c1 ON public.playbooks_run USING btree (account_id);
CREATE INDEX playbooks_run_finished_by_id_dcf4cedd ON public.playbooks_run USING btree (finished_by_id);
CREATE INDEX playbooks_run_playbook_id_bab0f2c2 ON public.playbooks_run USING btree (playbook_id);
CREATE INDEX playbooks_run_signal_id_2af26fbb ON public.playbooks_run USING btree (signal_id);
CREATE INDEX playbooks_run_started_by_id_bb4bd588 ON public.playbooks_run USING btree (started_by_id);
CREATE INDEX playbooks_run_workspace_id_372d19b3 ON public.playbooks_run USING btree (workspace_id);
CREATE INDEX playbooks_task_account_id_a6701c2e ON public.playbooks_task USING btree (account_id);
CREATE INDEX playbooks_task_completed_by_id_a6b93f2e ON public.playbooks_task USING btree (completed_by_id);
CREATE INDEX playbooks_task_follows_id_48571fff ON public.playbooks_task USING btree (follows_id);
CREATE INDEX playbooks_task_owner_id_60f8cf58 ON public.playbooks_task USING btree (owner_id);
CREATE INDEX playbooks_task_person_id_35dc1208 ON public.playbooks_task USING btree (person_id);
CREATE INDEX playbooks_task_run_id_2e4ed7b3 ON public.playbooks_task USING btree (run_id);
CREATE INDEX playbooks_task_transition_step_id_90f228cc ON public.playbooks_task USING btree (transition_step_id);
CREATE INDEX playbooks_task_workspace_id_7d824e00 ON public.playbooks_task USING btree (workspace_id);
CREATE INDEX privacy_consent_person_id_ff91653f ON public.privacy_consent USING btree (person_id);
CREATE INDEX privacy_consent_workspace_id_942ae542 ON public.privacy_consent USING btree (workspace_id);
CREATE INDEX privacy_erasure_asked_by_id_f7738b50 ON public.privacy_erasure USING btree (asked_by_id);
CREATE INDEX privacy_erasure_workspace_id_30f04506 ON public.privacy_erasure USING btree (workspace_id);
CREATE INDEX privacy_erasureanswer_erasure_id_ba1e64b1 ON public.privacy_erasureanswer USING btree (erasure_id);
CREATE INDEX privacy_erasureanswer_workspace_id_d56f3d24 ON public.privacy_erasureanswer USING btree (workspace_id);
CREATE INDEX privacy_retentionrule_workspace_id_9862c4be ON public.privacy_retentionrule USING btree (workspace_id);
CREATE INDEX proposals_waiting ON public.touch_models_proposal USING btree (workspace_id) WHERE (done_at IS NULL);
CREATE INDEX reattributions_in_order ON public.customers_reattribution USING btree (workspace_id, id);
CREATE INDEX refusals_latest ON public.tracking_refusal USING btree (workspace_id, id DESC);
CREATE INDEX refusals_of_batch ON public.tracking_refusal USING btree (batch_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX refusals_to_send_again ON public.tracking_refusal USING btree (id) WHERE ((replay_asked_at IS NOT NULL) AND (replayed_at IS NULL));
CREATE INDEX replaced_under_a_key ON public.files_replaced USING btree (workspace_id, key);
CREATE INDEX risk_riskchoices_workspace_id_b1399274 ON public.risk_riskchoices USING btree (workspace_id);
CREATE INDEX risk_riskmodel_workspace_id_f1abbb8e ON public.risk_riskmodel USING btree (workspace_id);
CREATE INDEX risks_highest ON public.risk_accountrisk USING btree (workspace_id, chance DESC, id);
CREATE INDEX runs_of_account ON public.playbooks_run USING btree (account_id, id DESC);
CREATE INDEX runs_of_playbook ON public.playbooks_run USING btree (playbook_id, status);
CREATE INDEX runs_of_signal ON public.playbooks_run USING btree (signal_id) WHERE ((status)::text = 'open'::text);
CREATE INDEX segment_signals_segmentsignal_created_by_id_8c22a084 ON public.segment_signals_segmentsignal USING btree (created_by_id);
CREATE INDEX segment_signals_segmentsignal_segment_id_68e92e20 ON public.segment_signals_segmentsignal USING btree (segment_id);
CREATE INDEX segment_signals_segmentsignal_workspace_id_143b56d7 ON public.segment_signals_segmentsignal USING btree (workspace_id);
CREATE INDEX segments_membership_workspace_id_cfbac839 ON public.segments_membership USING btree (workspace_id);
CREATE INDEX segments_segment_created_by_id_1b9abfaa ON public.segments_segment USING btree (created_by_id);
CREATE INDEX segments_segment_workspace_id_911969e7 ON public.segments_segment USING btree (workspace_id);
CREATE INDEX segments_segmentversion_by_id_142f8847 ON public.segments_segmentversion USING btree (by_id);
CREATE INDEX segments_segmentversion_workspace_id_99999cc8 ON public.segments_segmentversion USING btree (workspace_id);
CREATE INDEX segments_touched_workspace_id_720b5e06 ON public.segments_touched USING btree (workspace_id);
CREATE INDEX signals_closed ON public.signals_signal USING btree (workspace_id, kind, closed_at DESC);
CREATE INDEX signals_of_account ON public.signals_signal USING btree (account_id, id DESC);
CREATE INDEX signals_open ON public.signals_signal USING btree (workspace_id, severity DESC, id DESC) WHERE ((status)::text = 'open'::text);
CREATE INDEX signals_signal_account_id_cf38813b ON public.signals_signal USING btree (account_id);
CREATE INDEX signals_signal_closed_by_id_71b0284c ON public.signals_signal USING btree (closed_by_id);
CREATE INDEX signals_signal_owner_id_b26c6166 ON public.signals_signal USING btree (owner_id);
CREATE INDEX signals_signal_snoozed_by_id_e95ce410 ON public.signals_signal USING btree (snoozed_by_id);
CREATE INDEX signals_signal_workspace_id_863e4556 ON public.signals_signal USING btree (workspace_id);
CREATE INDEX signals_signalmute_account_id_196f0033 ON public.signals_signalmute USING btree (account_id);
CREATE INDEX signals_signalmute_muted_by_id_d9afca4c ON public.signals_signalmute USING btree (muted_by_id);
CREATE INDEX signals_signalmute_workspace_id_db633b59 ON public.signals_signalmute USING btree (workspace_id);
CREATE INDEX signals_snoozed ON public.signals_signal USING btree (workspace_id, snoozed_until) WHERE ((status)::text = 'snoozed'::text);
CREATE INDEX simulator_simulatedworld_workspace_id_db9dac4a ON public.simulator_simulatedworld USING btree (workspace_id);
CREATE INDEX snapshots_snapshottaken_workspace_id_b2b6c3a0 ON public.snapshots_snapshottaken USING btree (workspace_id);
CREATE INDEX states_by_currency ON public.billing_recordedstate USING btree (workspace_id, ((content ->> 'currency'::text)));
CREATE INDEX stays_latest ON public.lifecycle_stay USING btree (workspace_id, entered_at DESC, id DESC);
CREATE INDEX stays_of_account ON public.lifecycle_stay USING btree (account_id, entered_at DESC, id DESC);
CREATE INDEX stays_open ON public.lifecycle_stay USING btree (workspace_id, stage, id DESC) WHERE (left_at IS NULL);
CREATE INDEX stripe_backfill_connection_id_0760e847 ON public.stripe_backfill USING btree (connection_id);
CREATE INDEX stripe_backfill_started_by_id_66550140 ON public.stripe_backfill USING btree (started_by_id);
CREATE INDEX stripe_backfill_workspace_id_cdbaef87 ON public.stripe_backfill USING btree (workspace_id);
CREATE INDEX stripe_connection_address_39983c7d_like ON public.stripe_connection USING btree (address varchar_pattern_ops);
CREATE INDEX stripe_connection_made_by_id_b24f2eb4 ON public.stripe_connection USING btree (made_by_id);
CREATE INDEX stripe_connection_workspace_id_7862fa68 ON public.stripe_connection USING btree (workspace_id);
CREATE INDEX stripe_doorrefusal_workspace_id_b98bee54 ON public.stripe_doorrefusal USING btree (workspace_id);
CREATE INDEX stripe_lacking ON public.stripe_told USING btree (connection_id) WHERE (NOT (lacking = '[]'::jsonb));
CREATE INDEX stripe_of_customer ON public.stripe_told USING btree (connection_id, customer_id, kind);
CREATE INDEX stripe_of_object ON public.stripe_told USING btree (connection_id, object_id);
CREATE INDEX stripe_of_payment ON public.stripe_told USING btree (connection_id, payment_key) WHERE (NOT ((payment_key)::text = ''::text));
CREATE INDEX stripe_recordedstate_workspace_id_095e615b ON public.stripe_recordedstate USING btree (workspace_id);
CREATE INDEX stripe_reference_workspace_id_2849446d ON public.stripe_reference USING btree (workspace_id);
CREATE INDEX stripe_states_of_customer ON public.stripe_recordedstate USING btree (connection_id, customer_id);
CREATE INDEX stripe_stripecustomer_account_id_082b0471 ON public.stripe_stripecustomer USING btree (account_id);
CREATE INDEX stripe_stripecustomer_workspace_id_34879eb5 ON public.stripe_stripecustomer USING btree (workspace_id);
CREATE INDEX stripe_told_workspace_id_4913070f ON public.stripe_told USING btree (workspace_id);
CREATE INDEX stripe_unmatched ON public.stripe_stripecustomer USING btree (connection_id, id) WHERE ((account_id IS NULL) AND (NOT is_deleted));
CREATE INDEX stripe_unread ON public.stripe_told USING btree (connection_id, id) WHERE (read_at IS NULL);
CREATE INDEX stripe_webhooksecret_connection_id_d53ce94b ON public.stripe_webhooksecret USING btree (connection_id);
CREATE INDEX stripe_webhooksecret_workspace_id_e863ec24 ON public.stripe_webhooksecret USING btree (workspace_id);
CREATE INDEX subscriptions_of_customer ON public.billing_subscription USING btree (workspace_id, source, customer_reference);
CREATE INDEX tasks_finished_of_owner ON public.playbooks_task USING btree (owner_id, completed_at);
CREATE UNIQUE INDEX tasks_in_order ON public.playbooks_task USING btree (run_id, "position") WHERE (follows_id IS NULL);
CREATE INDEX tasks_of_account ON public.playbooks_task USING btree (account_id, id DESC);
CREATE INDEX tasks_open_of_owner ON public.playbooks_task USING btree (owner_id, due_at) WHERE ((status)::text = 'open'::text);
CREATE INDEX tellings_by_source ON public.conversations_tickettelling USING btree (workspace_id, source, id);
CREATE INDEX tickets_latest ON public.conversations_ticket USING btree (workspace_id, opened_at DESC, id DESC);
CREATE INDEX tickets_of_account ON public.conversations_ticket USING btree (account_id, opened_at DESC);
CREATE INDEX timeline_of_account ON public.tracking_timelineentry USING btree (account_id, at DESC, id DESC);
CREATE INDEX timeline_of_person ON public.tracking_timelineentry USING btree (person_id, at DESC, id DESC);
CREATE INDEX timeline_of_tickets ON public.tracking_timelineentry USING btree (workspace_id, kind, at) WHERE ((kind)::text = ANY ((ARRAY['TicketOpened'::character varying, 'TicketSolved'::character varying])::text[]));
CREATE INDEX touch_models_booksnow_workspace_id_164a5678 ON public.touch_models_booksnow USING btree (workspace_id);
CREATE INDEX touch_models_booksversion_by_id_67deebe4 ON public.touch_models_booksversion USING btree (by_id);
CREATE INDEX touch_models_booksversion_workspace_id_94acb0e1 ON public.touch_models_booksversion USING btree (workspace_id);
CREATE INDEX touch_models_latest ON public.touch_models_standing USING btree (workspace_id, since DESC, id DESC);
CREATE INDEX touch_models_lock_by_id_aa5161e1 ON public.touch_models_lock USING btree (by_id);
CREATE INDEX touch_models_lock_ended_by_id_c779d449 ON public.touch_models_lock USING btree (ended_by_id);
CREATE INDEX touch_models_lock_workspace_id_f3c6b5ce ON public.touch_models_lock USING btree (workspace_id);
CREATE INDEX touch_models_now ON public.touch_models_standing USING btree (workspace_id, model, id DESC) WHERE (left_at IS NULL);
CREATE INDEX touch_models_of_account ON public.touch_models_standing USING btree (account_id, since DESC, id DESC);
CREATE INDEX touch_models_proposal_asked_by_id_e6e53967 ON public.touch_models_proposal USING btree (asked_by_id);
CREATE INDEX touch_models_proposal_workspace_id_143cea9c ON public.touch_models_proposal USING btree (workspace_id);
CREATE INDEX touch_models_standing_workspace_id_1741c3e6 ON public.touch_models_standing USING btree (workspace_id);
CREATE INDEX touch_models_touchmodels_workspace_id_ea3ab827 ON public.touch_models_touchmodels USING btree (workspace_id);
CREATE INDEX touch_models_touchmodelstouched_workspace_id_8c2be9c7 ON public.touch_models_touchmodelstouched USING btree (workspace_id);
CREATE INDEX touch_models_touchmodelsversion_by_id_2c741035 ON public.touch_models_touchmodelsversion USING btree (by_id);
CREATE INDEX touch_models_touchmodelsversion_workspace_id_cd7c874c ON public.touch_models_touchmodelsversion USING btree (workspace_id);
CREATE INDEX touch_models_transition_workspace_id_4fc95290 ON public.touch_models_transition USING btree (workspace_id);
CREATE INDEX touch_models_transitionstep_account_id_f5856418 ON public.touch_models_transitionstep USING btree (account_id);
CREATE INDEX touch_models_transitionstep_done_by_id_eabc81f7 ON public.touch_models_transitionstep USING btree (done_by_id);
CREATE INDEX touch_models_transitionstep_transition_id_78db27f6 ON public.touch_models_transitionstep USING btree (transition_id);
CREATE INDEX touch_models_transitionstep_workspace_id_73a40cfd ON public.touch_models_transitionstep USING btree (workspace_id);
CREATE INDEX touched_for_health ON public.health_touched USING btree (workspace_id, id);
CREATE INDEX touched_for_lifecycle ON public.lifecycle_lifecycletouched USING btree (workspace_id, id);
CREATE INDEX touched_for_touch_models ON public.touch_models_touchmodelstouched USING btree (workspace_id, id);
CREATE INDEX touched_waiting ON public.segments_touched USING btree (workspace_id, subject, subject_id);
CREATE INDEX tracking_drift_acknowledged_by_id_09356ff4 ON public.tracking_drift USING btree (acknowledged_by_id);
CREATE INDEX tracking_drift_workspace_id_8adf8e22 ON public.tracking_drift USING btree (workspace_id);
CREATE INDEX tracking_microbatch_workspace_id_e433d5e3 ON public.tracking_microbatch USING btree (workspace_id);
CREATE INDEX tracking_observedevent_workspace_id_3f79898b ON public.tracking_observedevent USING btree (workspace_id);
CREATE INDEX tracking_observedproperty_event_id_323f3dbd ON public.tracking_observedproperty USING btree (event_id);
CREATE INDEX tracking_observedproperty_workspace_id_22a94830 ON public.tracking_observedproperty USING btree (workspace_id);
CREATE INDEX tracking_planrule_created_by_id_5477121d ON public.tracking_planrule USING btree (created_by_id);
CREATE INDEX tracking_planrule_workspace_id_511ef016 ON public.tracking_planrule USING btree (workspace_id);
CREATE INDEX tracking_refusal_workspace_id_f85d67f2 ON public.tracking_refusal USING btree (workspace_id);
CREATE INDEX tracking_rollupprogress_workspace_id_8d957d91 ON public.tracking_rollupprogress USING btree (workspace_id);
CREATE INDEX tracking_tally_workspace_id_8aacb567 ON public.tracking_tally USING btree (workspace_id);
CREATE INDEX tracking_timelineentry_workspace_id_c8786452 ON public.tracking_timelineentry USING btree (workspace_id);
CREATE INDEX transition_steps_open ON public.touch_models_transitionstep USING btree (workspace_id, due_on) WHERE ((cancelled_at IS NULL) AND (done_at IS NULL));
CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));
CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";
CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;
CREATE INDEX unsubscribes_of_person ON public.channels_unsubscribe USING btree (person_id);
CREATE INDEX use_standings_by_verdict ON public.activity_usestanding USING btree (workspace_id, verdict);
CREATE INDEX vip_links_of_account ON public.vips_acceptancelink USING btree (account_id, id DESC);
CREATE INDEX vip_reasons_of_account ON public.vips_vipreason USING btree (account_id, since DESC);
CREATE INDEX vips_acceptance_account_id_cbf332ae ON public.vips_acceptance USING btree (account_id);
CREATE INDEX vips_acceptance_person_id_2dc070ee ON public.vips_acceptance USING btree (person_id);
CREATE INDEX vips_acceptance_recorded_by_id_357e7606 ON public.vips_acceptance USING btree (recorded_by_id);
CREATE INDEX vips_acceptance_workspace_id_54d5a01a ON public.vips_acceptance USING btree (workspace_id);
CREATE INDEX vips_acceptancelink_account_id_c2499b0b ON public.vips_acceptancelink USING btree (account_id);
CREATE INDEX vips_acceptancelink_made_by_id_8108e98b ON public.vips_acceptancelink USING btree (made_by_id);
CREATE INDEX vips_acceptancelink_person_id_4445dbc3 ON public.vips_acceptancelink USING btree (person_id);
CREATE INDEX vips_acceptancelink_workspace_id_a7759a88 ON public.vips_acceptancelink USING btree (workspace_id);
CREATE INDEX vips_now ON public.vips_vipreason USING btree (workspace_id, since DESC, id DESC) WHERE (left_at IS NULL);
CREATE INDEX vips_vipreason_workspace_id_9479c196 ON public.vips_vipreason USING btree (workspace_id);
CREATE INDEX vips_viprules_workspace_id_a990fdb4 ON public.vips_viprules USING btree (workspace_id);
CREATE INDEX vips_viprulesversion_by_id_906f6bb0 ON public.vips_viprulesversion USING btree (by_id);
CREATE INDEX vips_viprulesversion_workspace_id_8935113d ON public.vips_viprulesversion USING btree (workspace_id);
CREATE INDEX words_by_trait ON public.customers_traitchange USING btree (workspace_id, name);
CREATE INDEX workspaces_apikey_created_by_id_6a61495c ON public.workspaces_apikey USING btree (created_by_id);
CREATE INDEX workspaces_apikey_secret_hash_ce0dcb5a_like ON public.workspaces_apikey USING btree (secret_hash varchar_pattern_ops);
CREATE INDEX workspaces_apikey_workspace_id_2e82a07d ON public.workspaces_apikey USING btree (workspace_id);
CREATE INDEX workspaces_auditentry_member_id_6b0d9df8 ON public.workspaces_auditentry USING btree (member_id);
CREATE INDEX workspaces_auditentry_workspace_id_f85fa331 ON public.workspaces_auditentry USING btree (workspace_id);
CREATE INDEX workspaces_invitation_invited_by_id_e6ce80bf ON public.workspaces_invitation USING btree (invited_by_id);
CREATE INDEX workspaces_invitation_token_hash_c3ae1c63_like ON public.workspaces_invitation USING btree (token_hash varchar_pattern_ops);
CREATE INDEX workspaces_invitation_workspace_id_5f5d7eee ON public.workspaces_invitation USING btree (workspace_id);
CREATE INDEX workspaces_member_user_id_5cbd3867 ON public.workspaces_member USING btree (user_id);
CREATE INDEX workspaces_member_workspace_id_675b8450 ON public.workspaces_member USING btree (workspace_id);
CREATE INDEX workspaces_savedview_member_id_e6d03b57 ON public.workspaces_savedview USING btree (member_id);
CREATE INDEX workspaces_savedview_workspace_id_ca3465cf ON public.workspaces_savedview USING btree (workspace_id);
CREATE INDEX workspaces_user_email_b817d139_like ON public.workspaces_user USING btree (email varchar_pattern_ops);
CREATE INDEX workspaces_user_groups_group_id_b23d60db ON public.workspaces_user_groups USING btree (group_id);
CREATE INDEX workspaces_user_groups_user_id_4ba6664c ON public.workspaces_user_groups USING btree (user_id);
CREATE INDEX workspaces_user_user_permissions_permission_id_838e521f ON public.workspaces_user_user_permissions USING btree (permission_id);
CREATE INDEX workspaces_user_user_permissions_user_id_b1cea117 ON public.workspaces_user_user_permissions USING btree (user_id);
CREATE INDEX workspaces_writekey_key_6ff3cb24_like ON public.workspaces_writekey USING btree (key varchar_pattern_ops);
CREATE INDEX workspaces_writekey_rolled_from_id_87be60ea ON public.workspaces_writekey USING btree (rolled_from_id);
CREATE INDEX workspaces_writekey_workspace_id_8346b125 ON public.workspaces_writekey USING btree (workspace_id);
CREATE TRIGGER account_changed AFTER UPDATE OF traits, merged_into_id ON public.customers_account FOR EACH ROW WHEN (((old.traits IS DISTINCT FROM new.traits) OR (old.merged_into_id IS DISTINCT FROM new.merged_into_id))) EXECUTE FUNCTION public.customers_account_changed();
CREATE TRIGGER account_renamed AFTER UPDATE OF name, domain, external_id, merged_into_id ON public.customers_account FOR EACH ROW WHEN ((((((old.name)::text IS DISTINCT FROM (new.name)::text) OR ((old.domain)::text IS DISTINCT FROM (new.domain)::text)) OR ((old.external_id)::text IS DISTINCT FROM (new.external_id)::text)) OR (old.merged_into_id IS DISTINCT FROM new.merged_into_id))) EXECUTE FUNCTION public.customers_account_renamed();
CREATE TRIGGER accounts_deleted AFTER DELETE ON public.customers_account REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.customers_accounts_deleted();
CREATE TRIGGER accounts_written AFTER INSERT ON public.customers_account REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.customers_accounts_written();
CREATE TRIGGER people_deleted AFTER DELETE ON public.customers_person REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION public.customers_people_deleted();
CREATE TRIGGER people_written AFTER INSERT ON public.customers_person REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.customers_people_written();
CREATE TRIGGER person_renamed AFTER UPDATE OF name, email, external_id, is_anonymous, merged_into_id ON public.customers_person FOR EACH ROW WHEN (((((((old.name)::text IS DISTINCT FROM (new.name)::text) OR ((old.email)::text IS DISTINCT FROM (new.email)::text)) OR ((old.external_id)::text IS DISTINCT FROM (new.external_id)::text)) OR (old.is_anonymous IS DISTINCT FROM new.is_anonymous)) OR (old.merged_into_id IS DISTINCT FROM new.merged_into_id))) EXECUTE FUNCTION public.customers_person_renamed();
ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.activity_activitychoices
    ADD CONSTRAINT activity_activitycho_workspace_id_7a52999e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.activity_dayfactors
    ADD CONSTRAINT activity_dayfactors_workspace_id_f498492a_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.activity_usepass
    ADD CONSTRAINT activity_usepass_workspace_id_2534bda6_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.activity_usestanding
    ADD CONSTRAINT activity_usestanding_account_id_7bdd0827_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.activity_usestanding
    ADD CONSTRAINT activity_usestanding_workspace_id_62da6e6a_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_givenanswer
    ADD CONSTRAINT api_givenanswer_api_key_id_aca2c233_fk_workspaces_apikey_id FOREIGN KEY (api_key_id) REFERENCES public.workspaces_apikey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.api_givenanswer
    ADD CONSTRAINT api_givenanswer_workspace_id_1e09a042_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.backtests_backtest
    ADD CONSTRAINT backtests_backtest_asked_by_id_b14571ab_fk_workspaces_member_id FOREIGN KEY (asked_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.backtests_backtest
    ADD CONSTRAINT backtests_backtest_workspace_id_98219000_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_billingcustomer
    ADD CONSTRAINT billing_billingcusto_account_id_23c29e50_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_billingcustomer
    ADD CONSTRAINT billing_billingcusto_workspace_id_15851f81_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_billingsettings
    ADD CONSTRAINT billing_billingsetti_workspace_id_fe34a4b3_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_exchangerate
    ADD CONSTRAINT billing_exchangerate_workspace_id_63338a3d_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_failurethen
    ADD CONSTRAINT billing_failurethen_payment_id_243911fa_fk_billing_payment_id FOREIGN KEY (payment_id) REFERENCES public.billing_payment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_failurethen
    ADD CONSTRAINT billing_failurethen_workspace_id_54e32d0e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_invoice
    ADD CONSTRAINT billing_invoice_account_id_71f06cf2_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_invoice
    ADD CONSTRAINT billing_invoice_workspace_id_fa6066fd_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_invoicethen
    ADD CONSTRAINT billing_invoicethen_invoice_id_c10221fe_fk_billing_invoice_id FOREIGN KEY (invoice_id) REFERENCES public.billing_invoice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_invoicethen
    ADD CONSTRAINT billing_invoicethen_workspace_id_99f11bf8_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_ledgeraccount
    ADD CONSTRAINT billing_ledgeraccoun_account_id_10007ef8_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_ledgeraccount
    ADD CONSTRAINT billing_ledgeraccoun_workspace_id_d1a062b4_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_ledgermovement
    ADD CONSTRAINT billing_ledgermoveme_account_id_62e9109f_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_ledgermovement
    ADD CONSTRAINT billing_ledgermoveme_workspace_id_0b7ca9ae_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_ledgerthen
    ADD CONSTRAINT billing_ledgerthen_account_id_7483bc92_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_ledgerthen
    ADD CONSTRAINT billing_ledgerthen_workspace_id_3cad49d7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_account_id_411a2f8d_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_payment
    ADD CONSTRAINT billing_payment_workspace_id_4e797b23_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_plan
    ADD CONSTRAINT billing_plan_workspace_id_e25f4978_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_recordedstate
    ADD CONSTRAINT billing_recordedstat_subscription_id_4aa8d8e8_fk_billing_s FOREIGN KEY (subscription_id) REFERENCES public.billing_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_recordedstate
    ADD CONSTRAINT billing_recordedstat_workspace_id_3f717467_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_spend
    ADD CONSTRAINT billing_spend_workspace_id_e44953be_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_subscription
    ADD CONSTRAINT billing_subscription_account_id_02e44ef3_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_subscription
    ADD CONSTRAINT billing_subscription_workspace_id_8d0fc29f_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_told
    ADD CONSTRAINT billing_told_account_id_dd81ff66_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.billing_told
    ADD CONSTRAINT billing_told_workspace_id_d8dec8ac_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_contactpolicy
    ADD CONSTRAINT channels_contactpoli_workspace_id_1cf33ff4_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_localmail
    ADD CONSTRAINT channels_localmail_message_id_c053c995_fk_channels_ FOREIGN KEY (message_id) REFERENCES public.channels_outgoingmessage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_localmail
    ADD CONSTRAINT channels_localmail_workspace_id_be259af5_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_outgoingmessage
    ADD CONSTRAINT channels_outgoingmes_account_id_5cb1677f_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_outgoingmessage
    ADD CONSTRAINT channels_outgoingmes_person_id_4efb6ff3_fk_customers FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_outgoingmessage
    ADD CONSTRAINT channels_outgoingmes_template_version_id_40336f12_fk_channels_ FOREIGN KEY (template_version_id) REFERENCES public.channels_templateversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_outgoingmessage
    ADD CONSTRAINT channels_outgoingmes_workspace_id_bee0b2a8_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_template
    ADD CONSTRAINT channels_template_current_id_8f7f48e9_fk_channels_ FOREIGN KEY (current_id) REFERENCES public.channels_templateversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_template
    ADD CONSTRAINT channels_template_workspace_id_acdff151_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_templateversion
    ADD CONSTRAINT channels_templatever_created_by_id_89e8ef8b_fk_workspace FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_templateversion
    ADD CONSTRAINT channels_templatever_template_id_51c84167_fk_channels_ FOREIGN KEY (template_id) REFERENCES public.channels_template(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_templateversion
    ADD CONSTRAINT channels_templatever_workspace_id_7c387f73_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_topic
    ADD CONSTRAINT channels_topic_workspace_id_1df45f34_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_unsubscribe
    ADD CONSTRAINT channels_unsubscribe_message_id_1805cca9_fk_channels_ FOREIGN KEY (message_id) REFERENCES public.channels_outgoingmessage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_unsubscribe
    ADD CONSTRAINT channels_unsubscribe_person_id_d5ce2c9b_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.channels_unsubscribe
    ADD CONSTRAINT channels_unsubscribe_workspace_id_cf8a7131_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.company_facts_companyfacts
    ADD CONSTRAINT company_facts_compan_workspace_id_3134bc8b_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.company_facts_factsprovider
    ADD CONSTRAINT company_facts_factsp_workspace_id_526ccfae_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.computed_traits_computedtrait
    ADD CONSTRAINT computed_traits_comp_made_by_id_6afe21e0_fk_workspace FOREIGN KEY (made_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.computed_traits_computedtrait
    ADD CONSTRAINT computed_traits_comp_workspace_id_2601468e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.conversations_ticket
    ADD CONSTRAINT conversations_ticket_account_id_03804626_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.conversations_ticket
    ADD CONSTRAINT conversations_ticket_person_id_8558c928_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.conversations_tickettelling
    ADD CONSTRAINT conversations_ticket_person_id_c1e005ec_fk_customers FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.conversations_tickettelling
    ADD CONSTRAINT conversations_ticket_ticket_id_9d70f0e5_fk_conversat FOREIGN KEY (ticket_id) REFERENCES public.conversations_ticket(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.conversations_ticket
    ADD CONSTRAINT conversations_ticket_workspace_id_c716f63f_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.conversations_tickettelling
    ADD CONSTRAINT conversations_ticket_workspace_id_daf988a4_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_account
    ADD CONSTRAINT customers_account_merged_into_id_ebe2ebcf_fk_customers FOREIGN KEY (merged_into_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_account
    ADD CONSTRAINT customers_account_owner_id_5429b70a_fk_workspaces_member_id FOREIGN KEY (owner_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_account
    ADD CONSTRAINT customers_account_parent_id_5bc6d9c1_fk_customers_account_id FOREIGN KEY (parent_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_account
    ADD CONSTRAINT customers_account_workspace_id_afc79b6e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_accountfacts
    ADD CONSTRAINT customers_accountfac_workspace_id_36e4d2ab_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_accountlife
    ADD CONSTRAINT customers_accountlif_account_id_858f8fa5_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_accountlife
    ADD CONSTRAINT customers_accountlif_workspace_id_f13875c0_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_accountsearchtext
    ADD CONSTRAINT customers_accountsea_workspace_id_dd132acc_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_affiliation
    ADD CONSTRAINT customers_affiliatio_account_id_732bd885_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_affiliation
    ADD CONSTRAINT customers_affiliatio_workspace_id_f5aa36e9_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_affiliation
    ADD CONSTRAINT customers_affiliation_person_id_8e87ee53_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_formerplace
    ADD CONSTRAINT customers_formerplac_account_id_8542e372_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_formerplace
    ADD CONSTRAINT customers_formerplac_workspace_id_27c8705c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_formerplace
    ADD CONSTRAINT customers_formerplace_person_id_64bd65e8_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_formertrait
    ADD CONSTRAINT customers_formertrai_account_id_da5e410d_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_formertrait
    ADD CONSTRAINT customers_formertrai_workspace_id_c0bf659c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_formertrait
    ADD CONSTRAINT customers_formertrait_person_id_1c92e03f_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_joined_to_id_a316b9b7_fk_customers FOREIGN KEY (joined_to_id) REFERENCES public.customers_identity(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_owner_id_cd46162b_fk_customers_identity_id FOREIGN KEY (owner_id) REFERENCES public.customers_identity(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_person_id_f7c80685_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_identity
    ADD CONSTRAINT customers_identity_workspace_id_6fb47481_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_lifecyclechange
    ADD CONSTRAINT customers_lifecyclec_account_id_9974bb2e_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_lifecyclechange
    ADD CONSTRAINT customers_lifecyclec_person_id_31e02bce_fk_customers FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_lifecyclechange
    ADD CONSTRAINT customers_lifecyclec_workspace_id_1931e78d_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_made_by_id_6679b47c_fk_workspaces_member_id FOREIGN KEY (made_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_undone_by_id_6cedfb9e_fk_workspaces_member_id FOREIGN KEY (undone_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_merge
    ADD CONSTRAINT customers_merge_workspace_id_d6280396_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_ownerspell
    ADD CONSTRAINT customers_ownerspell_account_id_42c7892d_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_ownerspell
    ADD CONSTRAINT customers_ownerspell_owner_id_c58884d9_fk_workspaces_member_id FOREIGN KEY (owner_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_ownerspell
    ADD CONSTRAINT customers_ownerspell_workspace_id_6e815c10_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_person
    ADD CONSTRAINT customers_person_merged_into_id_7662463a_fk_customers_person_id FOREIGN KEY (merged_into_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_person
    ADD CONSTRAINT customers_person_workspace_id_91069bc7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_personsearchtext
    ADD CONSTRAINT customers_personsear_workspace_id_76a7196c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_possibleduplicate
    ADD CONSTRAINT customers_possibledu_refused_by_id_ee6aa78f_fk_workspace FOREIGN KEY (refused_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_possibleduplicate
    ADD CONSTRAINT customers_possibledu_workspace_id_7566e53c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_reattribution
    ADD CONSTRAINT customers_reattribut_workspace_id_e308c278_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_saidsince
    ADD CONSTRAINT customers_saidsince_merge_id_97a21b1d_fk_customers_merge_id FOREIGN KEY (merge_id) REFERENCES public.customers_merge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_saidsince
    ADD CONSTRAINT customers_saidsince_workspace_id_b2165112_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_traitchange
    ADD CONSTRAINT customers_traitchang_account_id_d7acd16a_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_traitchange
    ADD CONSTRAINT customers_traitchang_workspace_id_ffcb4ec0_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_traitchange
    ADD CONSTRAINT customers_traitchange_person_id_9d147a6d_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.customers_traitrule
    ADD CONSTRAINT customers_traitrule_workspace_id_999b5626_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.experiments_assignment
    ADD CONSTRAINT experiments_assignme_account_id_3b1b77ca_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.experiments_assignment
    ADD CONSTRAINT experiments_assignme_workspace_id_1635e148_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_columnsremembered
    ADD CONSTRAINT files_columnsremembe_workspace_id_6e93ee58_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_import
    ADD CONSTRAINT files_import_made_by_id_ce2af339_fk_workspaces_member_id FOREIGN KEY (made_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_import
    ADD CONSTRAINT files_import_workspace_id_7d7cd55e_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_refusedrow
    ADD CONSTRAINT files_refusedrow_of_id_825cc2e2_fk_files_import_id FOREIGN KEY (of_id) REFERENCES public.files_import(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_refusedrow
    ADD CONSTRAINT files_refusedrow_workspace_id_390d8bf7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_replaced
    ADD CONSTRAINT files_replaced_of_id_5acc9212_fk_files_import_id FOREIGN KEY (of_id) REFERENCES public.files_import(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_replaced
    ADD CONSTRAINT files_replaced_workspace_id_81ec71a3_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_touched
    ADD CONSTRAINT files_touched_account_id_4efe07c1_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_touched
    ADD CONSTRAINT files_touched_of_id_604df5cc_fk_files_import_id FOREIGN KEY (of_id) REFERENCES public.files_import(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_touched
    ADD CONSTRAINT files_touched_person_id_b5cee642_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.files_touched
    ADD CONSTRAINT files_touched_workspace_id_dcc8b651_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_healthscore
    ADD CONSTRAINT health_healthscore_account_id_a7843cfa_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_healthscore
    ADD CONSTRAINT health_healthscore_scorecard_id_4a1ff0e6_fk_health_scorecard_id FOREIGN KEY (scorecard_id) REFERENCES public.health_scorecard(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_healthscore
    ADD CONSTRAINT health_healthscore_workspace_id_9e92a600_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_judgedmeanwhile
    ADD CONSTRAINT health_judgedmeanwhi_workspace_id_bb0df37e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_judgement
    ADD CONSTRAINT health_judgement_account_id_ca90a549_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_judgement
    ADD CONSTRAINT health_judgement_by_id_59586d50_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_judgement
    ADD CONSTRAINT health_judgement_workspace_id_95dae8a8_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_judgingpass
    ADD CONSTRAINT health_judgingpass_workspace_id_151543bb_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_override
    ADD CONSTRAINT health_override_account_id_9598e999_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_override
    ADD CONSTRAINT health_override_by_id_87046047_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_override
    ADD CONSTRAINT health_override_ended_by_id_97916cf9_fk_workspaces_member_id FOREIGN KEY (ended_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_override
    ADD CONSTRAINT health_override_scorecard_id_fc0b4cf4_fk_health_scorecard_id FOREIGN KEY (scorecard_id) REFERENCES public.health_scorecard(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_override
    ADD CONSTRAINT health_override_workspace_id_881c2a36_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_scorecard
    ADD CONSTRAINT health_scorecard_created_by_id_cdb28d80_fk_workspaces_member_id FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_scorecard
    ADD CONSTRAINT health_scorecard_workspace_id_cae55614_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_scorecardversion
    ADD CONSTRAINT health_scorecardvers_scorecard_id_a9a8cc68_fk_health_sc FOREIGN KEY (scorecard_id) REFERENCES public.health_scorecard(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_scorecardversion
    ADD CONSTRAINT health_scorecardvers_workspace_id_d9738ffb_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_scorecardversion
    ADD CONSTRAINT health_scorecardversion_by_id_a94fae9b_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.health_touched
    ADD CONSTRAINT health_touched_workspace_id_92f828a3_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_funnel
    ADD CONSTRAINT insights_funnel_created_by_id_a2321975_fk_workspaces_member_id FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_funnel
    ADD CONSTRAINT insights_funnel_workspace_id_4c426ec9_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.insights_milestone
    ADD CONSTRAINT insights_milestone_workspace_id_d80d3472_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_account_id_3aaba774_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_enrolment_id_ae14d2f9_fk_journeys_ FOREIGN KEY (enrolment_id) REFERENCES public.journeys_enrolment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_journey_id_26a566fd_fk_journeys_journey_id FOREIGN KEY (journey_id) REFERENCES public.journeys_journey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_message_id_83931c07_fk_channels_ FOREIGN KEY (message_id) REFERENCES public.channels_outgoingmessage(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_person_id_08c7d19b_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_version_id_6ec4faba_fk_journeys_ FOREIGN KEY (version_id) REFERENCES public.journeys_journeyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_decision
    ADD CONSTRAINT journeys_decision_workspace_id_4466716e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_enrolment
    ADD CONSTRAINT journeys_enrolment_account_id_21c0b4fe_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_enrolment
    ADD CONSTRAINT journeys_enrolment_journey_id_5f949d0e_fk_journeys_journey_id FOREIGN KEY (journey_id) REFERENCES public.journeys_journey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_enrolment
    ADD CONSTRAINT journeys_enrolment_person_id_e9e98613_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_enrolment
    ADD CONSTRAINT journeys_enrolment_version_id_04d0fd09_fk_journeys_ FOREIGN KEY (version_id) REFERENCES public.journeys_journeyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_enrolment
    ADD CONSTRAINT journeys_enrolment_workspace_id_b5a0309c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journey
    ADD CONSTRAINT journeys_journey_current_id_f66ca091_fk_journeys_ FOREIGN KEY (current_id) REFERENCES public.journeys_journeyversion(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journey
    ADD CONSTRAINT journeys_journey_goal_segment_id_c14b8677_fk_segments_ FOREIGN KEY (goal_segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journey
    ADD CONSTRAINT journeys_journey_trigger_segment_id_2d40797f_fk_segments_ FOREIGN KEY (trigger_segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journey
    ADD CONSTRAINT journeys_journey_workspace_id_8c8f4395_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journeyversion
    ADD CONSTRAINT journeys_journeyvers_created_by_id_5d2ae397_fk_workspace FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journeyversion
    ADD CONSTRAINT journeys_journeyvers_journey_id_a85186a5_fk_journeys_ FOREIGN KEY (journey_id) REFERENCES public.journeys_journey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.journeys_journeyversion
    ADD CONSTRAINT journeys_journeyvers_workspace_id_f5d69af6_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_lifecycle
    ADD CONSTRAINT lifecycle_lifecycle_workspace_id_4f8c1343_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_lifecycletouched
    ADD CONSTRAINT lifecycle_lifecyclet_workspace_id_b17f3f6e_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_lifecycleversion
    ADD CONSTRAINT lifecycle_lifecyclev_by_id_9be20561_fk_workspace FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_lifecycleversion
    ADD CONSTRAINT lifecycle_lifecyclev_workspace_id_f0d7cfbf_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_account_id_b0d13548_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_before_id_38e4897b_fk_lifecycle_stay_id FOREIGN KEY (before_id) REFERENCES public.lifecycle_stay(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_by_id_41d73c19_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_ended_by_id_68b1dc9d_fk_workspace FOREIGN KEY (ended_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_replaced_id_20cab3aa_fk_lifecycle FOREIGN KEY (replaced_id) REFERENCES public.lifecycle_placement(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_stay_id_3030ec0e_fk_lifecycle_stay_id FOREIGN KEY (stay_id) REFERENCES public.lifecycle_stay(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_placement
    ADD CONSTRAINT lifecycle_placement_workspace_id_9a918a9a_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_stay
    ADD CONSTRAINT lifecycle_stay_account_id_c99db8dc_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.lifecycle_stay
    ADD CONSTRAINT lifecycle_stay_workspace_id_6abd358b_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_account_id_1ed4decf_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_called_by_id_60de8cb0_fk_workspaces_member_id FOREIGN KEY (called_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_next_task_id_4a00c3b5_fk_playbooks_task_id FOREIGN KEY (next_task_id) REFERENCES public.playbooks_task(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_person_id_650b1fe8_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_run_id_5bb261cb_fk_playbooks_run_id FOREIGN KEY (run_id) REFERENCES public.playbooks_run(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_task_id_4f21d2ac_fk_playbooks_task_id FOREIGN KEY (task_id) REFERENCES public.playbooks_task(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_calllog
    ADD CONSTRAINT playbooks_calllog_workspace_id_ee00a4cf_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbook
    ADD CONSTRAINT playbooks_playbook_segment_id_5b0eb5b4_fk_segments_segment_id FOREIGN KEY (segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_playbook
    ADD CONSTRAINT playbooks_playbook_workspace_id_433fa03b_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_account_id_13d266c1_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_finished_by_id_dcf4cedd_fk_workspaces_member_id FOREIGN KEY (finished_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_playbook_id_bab0f2c2_fk_playbooks_playbook_id FOREIGN KEY (playbook_id) REFERENCES public.playbooks_playbook(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_signal_id_2af26fbb_fk_signals_signal_id FOREIGN KEY (signal_id) REFERENCES public.signals_signal(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_started_by_id_bb4bd588_fk_workspaces_member_id FOREIGN KEY (started_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_run
    ADD CONSTRAINT playbooks_run_workspace_id_372d19b3_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_account_id_a6701c2e_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_completed_by_id_a6b93f2e_fk_workspaces_member_id FOREIGN KEY (completed_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_follows_id_48571fff_fk_playbooks_task_id FOREIGN KEY (follows_id) REFERENCES public.playbooks_task(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_owner_id_60f8cf58_fk_workspaces_member_id FOREIGN KEY (owner_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_person_id_35dc1208_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_run_id_2e4ed7b3_fk_playbooks_run_id FOREIGN KEY (run_id) REFERENCES public.playbooks_run(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_transition_step_id_90f228cc_fk_touch_mod FOREIGN KEY (transition_step_id) REFERENCES public.touch_models_transitionstep(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.playbooks_task
    ADD CONSTRAINT playbooks_task_workspace_id_7d824e00_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_consent
    ADD CONSTRAINT privacy_consent_person_id_ff91653f_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_consent
    ADD CONSTRAINT privacy_consent_workspace_id_942ae542_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_erasure
    ADD CONSTRAINT privacy_erasure_asked_by_id_f7738b50_fk_workspaces_member_id FOREIGN KEY (asked_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_erasure
    ADD CONSTRAINT privacy_erasure_workspace_id_30f04506_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_erasureanswer
    ADD CONSTRAINT privacy_erasureanswe_workspace_id_d56f3d24_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_erasureanswer
    ADD CONSTRAINT privacy_erasureanswer_erasure_id_ba1e64b1_fk_privacy_erasure_id FOREIGN KEY (erasure_id) REFERENCES public.privacy_erasure(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.privacy_retentionrule
    ADD CONSTRAINT privacy_retentionrul_workspace_id_9862c4be_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.risk_accountrisk
    ADD CONSTRAINT risk_accountrisk_account_id_77a4d12f_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.risk_accountrisk
    ADD CONSTRAINT risk_accountrisk_model_id_453869b2_fk_risk_riskmodel_id FOREIGN KEY (model_id) REFERENCES public.risk_riskmodel(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.risk_accountrisk
    ADD CONSTRAINT risk_accountrisk_workspace_id_06831b6f_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.risk_riskchoices
    ADD CONSTRAINT risk_riskchoices_workspace_id_b1399274_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.risk_riskmodel
    ADD CONSTRAINT risk_riskmodel_workspace_id_f1abbb8e_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segment_signals_segmentsignal
    ADD CONSTRAINT segment_signals_segm_created_by_id_8c22a084_fk_workspace FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segment_signals_segmentsignal
    ADD CONSTRAINT segment_signals_segm_segment_id_68e92e20_fk_segments_ FOREIGN KEY (segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segment_signals_segmentsignal
    ADD CONSTRAINT segment_signals_segm_workspace_id_143b56d7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_membership
    ADD CONSTRAINT segments_membership_account_id_d00d1b5a_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_membership
    ADD CONSTRAINT segments_membership_person_id_82be70bf_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_membership
    ADD CONSTRAINT segments_membership_segment_id_912e4c68_fk_segments_segment_id FOREIGN KEY (segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_membership
    ADD CONSTRAINT segments_membership_workspace_id_cfbac839_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_segment
    ADD CONSTRAINT segments_segment_created_by_id_1b9abfaa_fk_workspaces_member_id FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_segment
    ADD CONSTRAINT segments_segment_workspace_id_911969e7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_segmentversion
    ADD CONSTRAINT segments_segmentvers_segment_id_f468d6ea_fk_segments_ FOREIGN KEY (segment_id) REFERENCES public.segments_segment(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_segmentversion
    ADD CONSTRAINT segments_segmentvers_workspace_id_99999cc8_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_segmentversion
    ADD CONSTRAINT segments_segmentversion_by_id_142f8847_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.segments_touched
    ADD CONSTRAINT segments_touched_workspace_id_720b5e06_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signal
    ADD CONSTRAINT signals_signal_account_id_cf38813b_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signal
    ADD CONSTRAINT signals_signal_closed_by_id_71b0284c_fk_workspaces_member_id FOREIGN KEY (closed_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signal
    ADD CONSTRAINT signals_signal_owner_id_b26c6166_fk_workspaces_member_id FOREIGN KEY (owner_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signal
    ADD CONSTRAINT signals_signal_snoozed_by_id_e95ce410_fk_workspaces_member_id FOREIGN KEY (snoozed_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signal
    ADD CONSTRAINT signals_signal_workspace_id_863e4556_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signalmute
    ADD CONSTRAINT signals_signalmute_account_id_196f0033_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signalmute
    ADD CONSTRAINT signals_signalmute_muted_by_id_d9afca4c_fk_workspaces_member_id FOREIGN KEY (muted_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.signals_signalmute
    ADD CONSTRAINT signals_signalmute_workspace_id_db633b59_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.simulator_simulatedworld
    ADD CONSTRAINT simulator_simulatedw_workspace_id_db9dac4a_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.snapshots_snapshottaken
    ADD CONSTRAINT snapshots_snapshotta_workspace_id_b2b6c3a0_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_backfill
    ADD CONSTRAINT stripe_backfill_connection_id_0760e847_fk_stripe_connection_id FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_backfill
    ADD CONSTRAINT stripe_backfill_started_by_id_66550140_fk_workspaces_member_id FOREIGN KEY (started_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_backfill
    ADD CONSTRAINT stripe_backfill_workspace_id_cdbaef87_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_connection
    ADD CONSTRAINT stripe_connection_made_by_id_b24f2eb4_fk_workspaces_member_id FOREIGN KEY (made_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_connection
    ADD CONSTRAINT stripe_connection_workspace_id_7862fa68_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_doorrefusal
    ADD CONSTRAINT stripe_doorrefusal_connection_id_6e636498_fk_stripe_co FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_doorrefusal
    ADD CONSTRAINT stripe_doorrefusal_workspace_id_b98bee54_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_recordedstate
    ADD CONSTRAINT stripe_recordedstate_connection_id_24d2e06b_fk_stripe_co FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_recordedstate
    ADD CONSTRAINT stripe_recordedstate_workspace_id_095e615b_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_reference
    ADD CONSTRAINT stripe_reference_connection_id_928cf1cc_fk_stripe_connection_id FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_reference
    ADD CONSTRAINT stripe_reference_workspace_id_2849446d_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_stripecustomer
    ADD CONSTRAINT stripe_stripecustome_account_id_082b0471_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_stripecustomer
    ADD CONSTRAINT stripe_stripecustome_connection_id_0be7dfe5_fk_stripe_co FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_stripecustomer
    ADD CONSTRAINT stripe_stripecustome_workspace_id_34879eb5_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_told
    ADD CONSTRAINT stripe_told_connection_id_28af0107_fk_stripe_connection_id FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_told
    ADD CONSTRAINT stripe_told_workspace_id_4913070f_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_webhooksecret
    ADD CONSTRAINT stripe_webhooksecret_connection_id_d53ce94b_fk_stripe_co FOREIGN KEY (connection_id) REFERENCES public.stripe_connection(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.stripe_webhooksecret
    ADD CONSTRAINT stripe_webhooksecret_workspace_id_e863ec24_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_booksnow
    ADD CONSTRAINT touch_models_booksno_workspace_id_164a5678_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_booksversion
    ADD CONSTRAINT touch_models_booksve_by_id_67deebe4_fk_workspace FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_booksversion
    ADD CONSTRAINT touch_models_booksve_workspace_id_94acb0e1_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_lock
    ADD CONSTRAINT touch_models_lock_account_id_4475bfc6_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_lock
    ADD CONSTRAINT touch_models_lock_by_id_aa5161e1_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_lock
    ADD CONSTRAINT touch_models_lock_ended_by_id_c779d449_fk_workspaces_member_id FOREIGN KEY (ended_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_lock
    ADD CONSTRAINT touch_models_lock_workspace_id_f3c6b5ce_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_proposal
    ADD CONSTRAINT touch_models_proposa_asked_by_id_e6e53967_fk_workspace FOREIGN KEY (asked_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_proposal
    ADD CONSTRAINT touch_models_proposa_workspace_id_143cea9c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_standing
    ADD CONSTRAINT touch_models_standin_account_id_8b6dc1ed_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_standing
    ADD CONSTRAINT touch_models_standin_workspace_id_1741c3e6_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_touchmodelsversion
    ADD CONSTRAINT touch_models_touchmo_by_id_2c741035_fk_workspace FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_touchmodelstouched
    ADD CONSTRAINT touch_models_touchmo_workspace_id_8c2be9c7_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_touchmodelsversion
    ADD CONSTRAINT touch_models_touchmo_workspace_id_cd7c874c_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_touchmodels
    ADD CONSTRAINT touch_models_touchmo_workspace_id_ea3ab827_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_transitionstep
    ADD CONSTRAINT touch_models_transit_account_id_f5856418_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_transition
    ADD CONSTRAINT touch_models_transit_account_id_fdd60e90_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_transitionstep
    ADD CONSTRAINT touch_models_transit_done_by_id_eabc81f7_fk_workspace FOREIGN KEY (done_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_transitionstep
    ADD CONSTRAINT touch_models_transit_transition_id_78db27f6_fk_touch_mod FOREIGN KEY (transition_id) REFERENCES public.touch_models_transition(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_transition
    ADD CONSTRAINT touch_models_transit_workspace_id_4fc95290_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.touch_models_transitionstep
    ADD CONSTRAINT touch_models_transit_workspace_id_73a40cfd_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_drift
    ADD CONSTRAINT tracking_drift_acknowledged_by_id_09356ff4_fk_workspace FOREIGN KEY (acknowledged_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_drift
    ADD CONSTRAINT tracking_drift_workspace_id_8adf8e22_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_microbatch
    ADD CONSTRAINT tracking_microbatch_workspace_id_e433d5e3_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_observedevent
    ADD CONSTRAINT tracking_observedeve_workspace_id_3f79898b_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_observedproperty
    ADD CONSTRAINT tracking_observedpro_event_id_323f3dbd_fk_tracking_ FOREIGN KEY (event_id) REFERENCES public.tracking_observedevent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_observedproperty
    ADD CONSTRAINT tracking_observedpro_workspace_id_22a94830_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_planrule
    ADD CONSTRAINT tracking_planrule_created_by_id_5477121d_fk_workspace FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_planrule
    ADD CONSTRAINT tracking_planrule_workspace_id_511ef016_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_refusal
    ADD CONSTRAINT tracking_refusal_replay_into_id_b873c2a4_fk_workspace FOREIGN KEY (replay_into_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_refusal
    ADD CONSTRAINT tracking_refusal_workspace_id_f85d67f2_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_rollupprogress
    ADD CONSTRAINT tracking_rollupprogr_workspace_id_8d957d91_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_tally
    ADD CONSTRAINT tracking_tally_workspace_id_8aacb567_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_timelineentry
    ADD CONSTRAINT tracking_timelineent_account_id_c88c0104_fk_customers FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_timelineentry
    ADD CONSTRAINT tracking_timelineent_person_id_23f93a25_fk_customers FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.tracking_timelineentry
    ADD CONSTRAINT tracking_timelineent_workspace_id_c8786452_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_account_id_cbf332ae_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_link_id_d8d06ae0_fk_vips_acceptancelink_id FOREIGN KEY (link_id) REFERENCES public.vips_acceptancelink(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_person_id_2dc070ee_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_recorded_by_id_357e7606_fk_workspaces_member_id FOREIGN KEY (recorded_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptance
    ADD CONSTRAINT vips_acceptance_workspace_id_54d5a01a_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptancelink
    ADD CONSTRAINT vips_acceptancelink_account_id_c2499b0b_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptancelink
    ADD CONSTRAINT vips_acceptancelink_made_by_id_8108e98b_fk_workspaces_member_id FOREIGN KEY (made_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptancelink
    ADD CONSTRAINT vips_acceptancelink_person_id_4445dbc3_fk_customers_person_id FOREIGN KEY (person_id) REFERENCES public.customers_person(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_acceptancelink
    ADD CONSTRAINT vips_acceptancelink_workspace_id_a7759a88_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_vipreason
    ADD CONSTRAINT vips_vipreason_account_id_78c120f6_fk_customers_account_id FOREIGN KEY (account_id) REFERENCES public.customers_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_vipreason
    ADD CONSTRAINT vips_vipreason_workspace_id_9479c196_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_viprules
    ADD CONSTRAINT vips_viprules_workspace_id_a990fdb4_fk_workspaces_workspace_id FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_viprulesversion
    ADD CONSTRAINT vips_viprulesversion_by_id_906f6bb0_fk_workspaces_member_id FOREIGN KEY (by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.vips_viprulesversion
    ADD CONSTRAINT vips_viprulesversion_workspace_id_8935113d_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_created_by_id_6a61495c_fk_workspace FOREIGN KEY (created_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_apikey
    ADD CONSTRAINT workspaces_apikey_workspace_id_2e82a07d_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_auditentry
    ADD CONSTRAINT workspaces_auditentr_member_id_6b0d9df8_fk_workspace FOREIGN KEY (member_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_auditentry
    ADD CONSTRAINT workspaces_auditentr_workspace_id_f85fa331_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_invitation
    ADD CONSTRAINT workspaces_invitatio_invited_by_id_e6ce80bf_fk_workspace FOREIGN KEY (invited_by_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_invitation
    ADD CONSTRAINT workspaces_invitatio_workspace_id_5f5d7eee_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_member
    ADD CONSTRAINT workspaces_member_user_id_5cbd3867_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_member
    ADD CONSTRAINT workspaces_member_workspace_id_675b8450_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_savedview
    ADD CONSTRAINT workspaces_savedview_member_id_e6d03b57_fk_workspaces_member_id FOREIGN KEY (member_id) REFERENCES public.workspaces_member(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_savedview
    ADD CONSTRAINT workspaces_savedview_workspace_id_ca3465cf_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_group_id_b23d60db_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_user_groups
    ADD CONSTRAINT workspaces_user_groups_user_id_4ba6664c_fk_workspaces_user_id FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_permission_id_838e521f_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_user_user_permissions
    ADD CONSTRAINT workspaces_user_user_user_id_b1cea117_fk_workspace FOREIGN KEY (user_id) REFERENCES public.workspaces_user(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_writekey
    ADD CONSTRAINT workspaces_writekey_rolled_from_id_87be60ea_fk_workspace FOREIGN KEY (rolled_from_id) REFERENCES public.workspaces_writekey(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.workspaces_writekey
    ADD CONSTRAINT workspaces_writekey_workspace_id_8346b125_fk_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspaces_workspace(id) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO public.django_migrations (app, name, applied) VALUES
    ('account', '0001_initial', now()),
    ('account', '0002_email_max_length', now()),
    ('account', '0003_alter_emailaddress_create_unique_verified_email', now()),
    ('account', '0004_alter_emailaddress_drop_unique_email', now()),
    ('account', '0005_emailaddress_idx_upper_email', now()),
    ('account', '0006_emailaddress_lower', now()),
    ('account', '0007_emailaddress_idx_email', now()),
    ('account', '0008_emailaddress_unique_primary_email_fixup', now()),
    ('account', '0009_emailaddress_unique_primary_email', now()),
    ('activity', '0001_use_standings', now()),
    ('activity', '0002_choose_what_to_watch', now()),
    ('activity', '0003_keep_what_was_chosen_before', now()),
    ('api', '0001_answers_given', now()),
    ('auth', '0001_initial', now()),
    ('auth', '0002_alter_permission_name_max_length', now()),
    ('auth', '0003_alter_user_email_max_length', now()),
    ('auth', '0004_alter_user_username_opts', now()),
    ('auth', '0005_alter_user_last_login_null', now()),
    ('auth', '0006_require_contenttypes_0002', now()),
    ('auth', '0007_alter_validators_add_error_messages', now()),
    ('auth', '0008_alter_user_username_max_length', now()),
    ('auth', '0009_alter_user_last_name_max_length', now()),
    ('auth', '0010_alter_group_name_max_length', now()),
    ('auth', '0011_update_proxy_permissions', now()),
    ('auth', '0012_alter_user_first_name_max_length', now()),
    ('backtests', '0001_what_was_run', now()),
    ('backtests', '0002_touch_so_many', now()),
    ('backtests', '0003_say_whose_versions', now()),
    ('billing', '0001_subscriptions_and_ledger', now()),
    ('billing', '0002_remember_lives_and_scheduled_ends', now()),
    ('billing', '0003_find_currencies_quickly', now()),
    ('billing', '0004_remember_ledgers', now()),
    ('billing', '0005_begin_with_ledgers_as_they_are', now()),
    ('billing', '0006_number_renewals', now()),
    ('billing', '0007_remember_invoices', now()),
    ('billing', '0008_begin_with_invoices_as_they_are', now()),
    ('billing', '0009_remember_failures_and_discounts', now()),
    ('billing', '0010_begin_with_failures_as_they_are', now()),
    ('channels', '0001_templates_messages_and_unsubscribes', now()),
    ('channels', '0002_what_a_template_is_about', now()),
    ('company_facts', '0001_facts_by_domain', now()),
    ('company_facts', '0002_know_since_when_a_provider_is_asked', now()),
    ('company_facts', '0003_pace_of_asking', now()),
    ('computed_traits', '0001_computed_traits', now()),
    ('contenttypes', '0001_initial', now()),
    ('contenttypes', '0002_remove_content_type_name', now()),
    ('conversations', '0001_tickets_and_what_was_told_of_them', now()),
    ('customers', '0001_accounts_and_people', now()),
    ('customers', '0002_never_seen_is_possible', now()),
    ('customers', '0003_lifecycle_follows_people', now()),
    ('customers', '0004_lighter_updates', now()),
    ('customers', '0005_identity_at_full_strength', now()),
    ('customers', '0006_accounts_of_one_remember_their_own', now()),
    ('customers', '0007_know_when_trials_end', now()),
    ('customers', '0008_sort_lists_of_millions', now()),
    ('customers', '0009_write_search_texts', now()),
    ('customers', '0010_search_by_fragments', now()),
    ('customers', '0011_when_known_trials_end', now()),
    ('customers', '0012_remember_what_was_known', now()),
    ('customers', '0013_begin_with_what_is_known', now()),
    ('customers', '0014_sort_by_health_and_risk', now()),
    ('customers', '0015_keep_names_in_order_for_searching', now()),
    ('customers', '0016_write_names_in_order', now()),
    ('customers', '0017_tell_beginnings_of_names_apart', now()),
    ('customers', '0018_walk_names_in_one_index', now()),
    ('customers', '0019_find_words_by_trait', now()),
    ('customers', '0020_keep_addresses_in_order_for_searching', now()),
    ('customers', '0021_write_addresses_in_order', now()),
    ('customers', '0022_walk_addresses_in_one_index', now()),
    ('customers', '0023_find_words_by_subject', now()),
    ('experiments', '0001_assignments', now()),
    ('files', '0001_imports_and_whom_they_touched', now()),
    ('files', '0002_every_kind_of_file', now()),
    ('files', '0003_what_rows_replaced', now()),
    ('files', '0004_one_event_for_all_rows', now()),
    ('health', '0001_scorecards_and_scores', now()),
    ('health', '0002_judge_everybody_in_portions', now()),
    ('insights', '0001_funnels_and_milestones', now()),
    ('journeys', '0001_journeys_enrolments_and_decisions', now()),
    ('journeys', '0002_why_a_journey_stands_still', now()),
    ('kernel', '0001_outbox_and_stages', now()),
    ('kernel', '0002_remember_whose_rows_were', now()),
    ('lifecycle', '0001_stays_in_stages', now()),
    ('lifecycle', '0002_put_into_stages', now()),
    ('lifecycle', '0003_touch_without_waiting', now()),
    ('mfa', '0001_initial', now()),
    ('mfa', '0002_authenticator_timestamps', now()),
    ('mfa', '0003_authenticator_type_uniq', now()),
    ('playbooks', '0001_playbooks_runs_and_tasks', now()),
    ('playbooks', '0002_follow_touch_models', now()),
    ('privacy', '0001_erasures_retention_and_consent', now()),
    ('privacy', '0002_know_erased_by_every_id', now()),
    ('risk', '0001_models_and_chances', now()),
    ('segment_signals', '0001_segment_signals', now()),
    ('segments', '0001_tables_of_segments', now()),
    ('segments', '0002_touch_without_waiting', now()),
    ('segments', '0003_find_memberships_by_subject', now()),
    ('sessions', '0001_initial', now()),
    ('signals', '0001_signals', now()),
    ('signals', '0002_money_confidence_and_mutes', now()),
    ('signals', '0003_remember_how_severe_at_first', now()),
    ('signals', '0004_begin_with_those_never_brought_up_to_date', now()),
    ('simulator', '0001_simulated_world', now()),
    ('snapshots', '0001_which_weeks_were_taken', now()),
    ('stripe', '0001_connections_and_what_was_told', now()),
    ('touch_models', '0001_models_locks_and_steps', now()),
    ('touch_models', '0002_books', now()),
    ('touch_models', '0003_keep_versions_of_books', now()),
    ('touch_models', '0004_keep_proposals', now()),
    ('touch_models', '0005_follow_those_touched', now()),
    ('touch_models', '0006_touch_without_waiting', now()),
    ('tracking', '0001_intake_log', now()),
    ('tracking', '0002_timeline_and_progress', now()),
    ('tracking', '0003_tracking_plan_and_replays', now()),
    ('tracking', '0004_count_types_of_properties_apart', now()),
    ('tracking', '0005_keep_what_was_counted', now()),
    ('tracking', '0006_count_sessions', now()),
    ('tracking', '0007_find_tickets_on_timelines', now()),
    ('tracking', '0008_note_days_before_counting', now()),
    ('tracking', '0009_say_why_days_are_uncounted', now()),
    ('vips', '0001_reasons_and_acceptances', now()),
    ('vips', '0002_accept_by_link', now()),
    ('workspaces', '0001_workspaces_members_and_keys', now()),
    ('workspaces', '0002_saved_views', now()),
    ('workspaces', '0003_remember_when_a_key_was_heard', now()),
    ('workspaces', '0004_find_texts_in_the_trail', now());
