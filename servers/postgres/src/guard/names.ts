/**
 * Functions refused whatever the catalog says of them: they reach files, other servers, other
 * sessions or the session's own state, or run SQL that is given to them as text.
 */
const denied: readonly RegExp[] = [
  /^pg_(?:read|ls|stat_file|write|file|logdir)(?:_|$)/,
  /^pg_(?:current_logfile|rotate_logfile|reload_conf|promote|switch_wal|nextoid)/,
  /^pg_(?:terminate|cancel)_backend$/,
  /^pg_(?:sleep|notify|export_snapshot|import_system_collations|log_backend_memory_contexts)/,
  /^pg_(?:advisory|try_advisory)_/,
  /^pg_(?:logical|replication|create|copy|drop|sync|backup|wal_replay_pause|wal_replay_resume)_?/,
  /^pg_stat_(?:reset|force|clear|get_activity|get_backend_activity)/,
  /^pg_stat_statements(?:_reset)?$/,
  /^pg_(?:hba_file_rules|ident_file_mappings|show_all_file_settings)$/,
  /^(?:set_config|setval|nextval|setseed|txid_current|pg_current_xact_id)$/,
  /^(?:lo_|loread$|lowrite$)/,
  /^(?:dblink|postgres_fdw_|http_|plv8|pg_background|aws_|azure_)/,
  /^(?:query|table|schema|database|cursor)_to_xml/,
  /^(?:ts_stat|ts_rewrite|crosstab|connectby|xpath_table)/,
  /^(?:brin_|gin_clean|binary_upgrade_|currtid|hypopg|pg_prewarm|pg_buffercache_evict)/,
  /^(?:heap_force|pg_truncate|get_raw_page)/,
];

/** Volatile functions that change nothing and wait for nobody. */
const harmless: ReadonlySet<string> = new Set([
  ...["clock_timestamp", "timeofday", "random", "random_normal", "gen_random_uuid", "uuidv4"],
  ...["uuidv7", "uuid_generate_v1", "uuid_generate_v4", "gen_random_bytes", "array_shuffle"],
  ...["array_sample", "current_query", "pg_blocking_pids", "pg_collation_actual_version"],
  ...["pg_current_wal_flush_lsn", "pg_current_wal_insert_lsn", "pg_current_wal_lsn"],
  ...["pg_database_size", "pg_indexes_size", "pg_is_in_recovery", "pg_is_wal_replay_paused"],
  ...["pg_last_wal_receive_lsn", "pg_last_wal_replay_lsn", "pg_last_xact_replay_timestamp"],
  ...["pg_partition_ancestors", "pg_partition_tree", "pg_relation_size"],
  ...["pg_safe_snapshot_blocking_pids", "pg_sequence_last_value", "pg_table_size"],
  ...["pg_tablespace_size", "pg_total_relation_size", "pg_xact_commit_timestamp"],
  ...["pg_stat_get_xact_numscans", "pg_stat_get_xact_tuples_inserted"],
  ...["pg_stat_get_xact_tuples_updated", "pg_stat_get_xact_tuples_deleted"],
]);

/** Relations of the catalog that hold passwords, their hashes, or the server's own files. */
const secretRelations: ReadonlySet<string> = new Set([
  ...["pg_authid", "pg_shadow", "pg_user_mapping", "pg_user_mappings", "pg_subscription"],
  ...["pg_hba_file_rules", "pg_ident_file_mappings", "pg_file_settings"],
  ...["user_mapping_options", "_pg_user_mappings"],
]);

export function isDenied(name: string): boolean {
  return denied.some((pattern) => pattern.test(name.toLowerCase()));
}

export function isHarmless(name: string): boolean {
  return harmless.has(name);
}

export function isSecretRelation(name: string): boolean {
  return secretRelations.has(name.toLowerCase());
}
