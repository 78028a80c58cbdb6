CREATE SEQUENCE "public"."mirror_clock" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "billing_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_kind" text NOT NULL,
	"owner_id" text NOT NULL,
	"email" text,
	"stripe_customer_id" text,
	"version" bigint DEFAULT 1 NOT NULL,
	"status" jsonb,
	"cause" text DEFAULT 'ACCOUNT_CREATED' NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_transition_at" timestamp with time zone,
	"synced_at" timestamp with time zone,
	"refresh_asked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "billing_accounts_stripe_customer_id_unique" UNIQUE("stripe_customer_id"),
	CONSTRAINT "billing_accounts_owner" UNIQUE("owner_kind","owner_id")
);
--> statement-breakpoint
CREATE TABLE "customer_claims" (
	"account_id" text PRIMARY KEY NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"idempotency_key" text NOT NULL,
	"params" jsonb NOT NULL,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"first_claimed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_checkout_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"customer_id" text,
	"mode" text DEFAULT '' NOT NULL,
	"status" text,
	"payment_status" text,
	"subscription_id" text,
	"expires_at" bigint,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "command_leases" (
	"account_id" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"input_hash" text NOT NULL,
	"input" jsonb NOT NULL,
	"state" text DEFAULT 'RUNNING' NOT NULL,
	"steps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"outcome" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "commands_key" UNIQUE("account_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "stripe_customers" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"owner" text,
	"email" text,
	"name" text,
	"phone" text,
	"address" jsonb,
	"currency" text,
	"default_payment_method_id" text,
	"balance" bigint DEFAULT 0 NOT NULL,
	"delinquent" boolean DEFAULT false NOT NULL,
	"test_clock_id" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_entries" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"account_id" text,
	"version" bigint,
	"cause" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox_events" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"type" text NOT NULL,
	"api_version" text,
	"created" bigint NOT NULL,
	"object_type" text,
	"object_id" text,
	"lane" text NOT NULL,
	"tick" bigint,
	"body" "bytea" NOT NULL,
	"state" text DEFAULT 'RECEIVED' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"processed_at" timestamp with time zone,
	"account_id" text
);
--> statement-breakpoint
CREATE TABLE "inbox_lanes" (
	"lane" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"lease_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_invoices" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"customer_id" text DEFAULT '' NOT NULL,
	"subscription_id" text,
	"number" text,
	"status" text,
	"billing_reason" text,
	"collection_method" text,
	"currency" text DEFAULT '' NOT NULL,
	"total" bigint DEFAULT 0 NOT NULL,
	"subtotal" bigint DEFAULT 0 NOT NULL,
	"tax" bigint DEFAULT 0 NOT NULL,
	"amount_due" bigint DEFAULT 0 NOT NULL,
	"amount_paid" bigint DEFAULT 0 NOT NULL,
	"amount_remaining" bigint DEFAULT 0 NOT NULL,
	"attempted" boolean DEFAULT false NOT NULL,
	"attempt_count" integer DEFAULT 0 NOT NULL,
	"next_payment_attempt" bigint,
	"due_date" bigint,
	"finalized_at" bigint,
	"paid_at" bigint,
	"period_start" bigint,
	"period_end" bigint,
	"hosted_invoice_url" text,
	"invoice_pdf" text,
	"lines" jsonb,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_payment_methods" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"customer_id" text,
	"type" text DEFAULT '' NOT NULL,
	"brand" text,
	"last4" text,
	"exp_month" integer,
	"exp_year" integer,
	"fingerprint" text,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_prices" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"product_id" text DEFAULT '' NOT NULL,
	"active" boolean DEFAULT false NOT NULL,
	"lookup_key" text,
	"currency" text DEFAULT '' NOT NULL,
	"unit_amount" numeric,
	"type" text DEFAULT '' NOT NULL,
	"interval" text,
	"interval_count" integer,
	"usage_type" text,
	"meter_id" text,
	"billing_scheme" text DEFAULT '' NOT NULL,
	"tiers_mode" text,
	"tiers" jsonb,
	"currency_options" jsonb,
	"transform_quantity" jsonb,
	"trial_days" integer,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_products" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"description" text,
	"active" boolean DEFAULT false NOT NULL,
	"default_price_id" text,
	"plan_key" text DEFAULT '' NOT NULL,
	"plan_group" text DEFAULT 'default' NOT NULL,
	"plan_rank" integer,
	"trial_days" integer,
	"features" jsonb,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_subscription_items" (
	"id" text PRIMARY KEY NOT NULL,
	"subscription_id" text NOT NULL,
	"position" integer NOT NULL,
	"price_id" text NOT NULL,
	"product_id" text NOT NULL,
	"quantity" numeric,
	"current_period_start" bigint,
	"current_period_end" bigint,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_subscriptions" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"customer_id" text DEFAULT '' NOT NULL,
	"status" text DEFAULT '' NOT NULL,
	"currency" text,
	"collection_method" text,
	"start_date" bigint DEFAULT 0 NOT NULL,
	"trial_start" bigint,
	"trial_end" bigint,
	"cancel_at" bigint,
	"cancel_at_period_end" boolean DEFAULT false NOT NULL,
	"canceled_at" bigint,
	"ended_at" bigint,
	"billing_cycle_anchor" bigint,
	"pause_collection" jsonb,
	"pending_update" jsonb,
	"discounts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"schedule_id" text,
	"latest_invoice_id" text,
	"pending_setup_intent_id" text,
	"default_payment_method_id" text,
	"metadata" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stripe_test_clocks" (
	"id" text PRIMARY KEY NOT NULL,
	"raw" jsonb,
	"dirty_seq" bigint DEFAULT 0 NOT NULL,
	"clean_seq" bigint DEFAULT 0 NOT NULL,
	"write_seq" bigint DEFAULT 0 NOT NULL,
	"state_from" bigint DEFAULT 0 NOT NULL,
	"state_to" bigint DEFAULT 0 NOT NULL,
	"read_lease_until" timestamp with time zone,
	"read_lease_holder" text,
	"deleted_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"name" text,
	"status" text DEFAULT '' NOT NULL,
	"frozen_time" bigint DEFAULT 0 NOT NULL,
	"created" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX "billing_accounts_due" ON "billing_accounts" USING btree ("next_transition_at");--> statement-breakpoint
CREATE INDEX "stripe_checkout_sessions_customer" ON "stripe_checkout_sessions" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "stripe_checkout_sessions_open" ON "stripe_checkout_sessions" USING btree ("customer_id") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "commands_account" ON "commands" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "stripe_customers_owner" ON "stripe_customers" USING btree ("owner");--> statement-breakpoint
CREATE INDEX "feed_entries_account" ON "feed_entries" USING btree ("account_id","version");--> statement-breakpoint
CREATE INDEX "inbox_events_seq" ON "inbox_events" USING btree ("seq");--> statement-breakpoint
CREATE INDEX "inbox_events_object" ON "inbox_events" USING btree ("object_id");--> statement-breakpoint
CREATE INDEX "inbox_events_due" ON "inbox_events" USING btree ("next_attempt_at") WHERE state in ('RECEIVED', 'FAILED');--> statement-breakpoint
CREATE INDEX "inbox_events_lane" ON "inbox_events" USING btree ("lane","seq") WHERE state in ('RECEIVED', 'FAILED');--> statement-breakpoint
CREATE INDEX "stripe_invoices_customer" ON "stripe_invoices" USING btree ("customer_id","created","id");--> statement-breakpoint
CREATE INDEX "stripe_invoices_subscription" ON "stripe_invoices" USING btree ("subscription_id");--> statement-breakpoint
CREATE INDEX "stripe_payment_methods_customer" ON "stripe_payment_methods" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "stripe_prices_product" ON "stripe_prices" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "stripe_prices_lookup_key" ON "stripe_prices" USING btree ("lookup_key");--> statement-breakpoint
CREATE INDEX "stripe_products_plan_key" ON "stripe_products" USING btree ("plan_key");--> statement-breakpoint
CREATE INDEX "stripe_subscription_items_subscription" ON "stripe_subscription_items" USING btree ("subscription_id","position");--> statement-breakpoint
CREATE INDEX "stripe_subscription_items_price" ON "stripe_subscription_items" USING btree ("price_id");--> statement-breakpoint
CREATE INDEX "stripe_subscriptions_customer" ON "stripe_subscriptions" USING btree ("customer_id","created");--> statement-breakpoint
CREATE INDEX "stripe_subscriptions_begun" ON "stripe_subscriptions" USING btree ("customer_id") WHERE status = 'incomplete';