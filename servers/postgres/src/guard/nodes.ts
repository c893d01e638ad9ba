/** Nodes of the parser's tree that a query is made of. What is not named here is refused. */
export const queryNodes: ReadonlySet<string> = new Set([
  ...["A_ArrayExpr", "A_Const", "A_Expr", "A_Indices", "A_Indirection", "A_Star"],
  ...["BitString", "Boolean", "BooleanTest", "BoolExpr", "CaseExpr", "CaseWhen", "CoalesceExpr"],
  ...["CollateClause", "ColumnDef", "ColumnRef", "CommonTableExpr", "Float", "FuncCall"],
  ...["GroupingFunc", "GroupingSet", "Integer", "JoinExpr", "List", "MinMaxExpr", "NamedArgExpr"],
  ...["NullTest", "ParamRef", "RangeFunction", "RangeSubselect", "RangeTableFunc"],
  ...["RangeTableFuncCol", "RangeTableSample", "RangeVar", "ResTarget", "RowExpr", "SelectStmt"],
  ...["SortBy", "SQLValueFunction", "String", "SubLink", "TypeCast", "TypeName", "WindowDef"],
  ...["XmlExpr", "XmlSerialize"],
  ...["JsonArgument", "JsonArrayAgg", "JsonArrayConstructor", "JsonArrayQueryConstructor"],
  ...["JsonFuncExpr", "JsonIsPredicate", "JsonKeyValue", "JsonObjectAgg"],
  ...["JsonObjectConstructor", "JsonOutput", "JsonParseExpr", "JsonReturning", "JsonScalarExpr"],
  ...["JsonSerializeExpr", "JsonTable", "JsonTableColumn", "JsonTablePathSpec", "JsonValueExpr"],
]);

/** What a statement that changes rows has besides those: may be planned, and run by the write tools. */
export const changeNodes: ReadonlySet<string> = new Set([
  ...["DeleteStmt", "InsertStmt", "MergeStmt", "MergeWhenClause", "MultiAssignRef"],
  ...["InferClause", "IndexElem", "OnConflictClause", "SetToDefault", "UpdateStmt"],
  ...["ReturningClause", "ReturningOption", "MergeSupportFunc"],
]);

/** Nodes of the statements that shape tables: for the write tools alone. */
export const schemaNodes: ReadonlySet<string> = new Set([
  ...["AlterEnumStmt", "AlterObjectSchemaStmt", "AlterSeqStmt", "AlterTableCmd", "AlterTableStmt"],
  ...["CommentStmt", "CompositeTypeStmt", "Constraint", "CreateDomainStmt", "CreateEnumStmt"],
  ...["AlterDomainStmt", "CreateSchemaStmt", "CreateSeqStmt", "CreateStmt", "CreateStatsStmt"],
  ...["CreatePolicyStmt", "AlterPolicyStmt", "CreateTableAsStmt", "DefElem", "DropStmt"],
  ...["CreateRangeStmt", "IndexStmt", "ObjectWithArgs", "PartitionBoundSpec", "PartitionCmd"],
  ...["PartitionElem", "PartitionRangeDatum", "PartitionSpec", "RefreshMatViewStmt", "RenameStmt"],
  ...["ReplicaIdentityStmt", "RoleSpec", "StatsElem", "TableLikeClause", "TruncateStmt"],
  ...["ViewStmt", "GrantStmt", "AccessPriv", "AlterOwnerStmt", "TriggerTransition"],
]);

/** Code kept in the database: what it does when it runs no tree can tell. */
export const codeNodes: ReadonlySet<string> = new Set([
  ...["CreateFunctionStmt", "AlterFunctionStmt", "CreateTrigStmt", "FunctionParameter"],
  ...["CallStmt", "DoStmt", "ReturnStmt"],
]);

/** Options of EXPLAIN that change what is shown and nothing else. */
export const explainOptions: ReadonlySet<string> = new Set([
  ...["analyze", "buffers", "costs", "format", "generic_plan", "memory", "serialize", "settings"],
  ...["summary", "timing", "verbose", "wal"],
]);
