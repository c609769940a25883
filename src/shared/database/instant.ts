/** An instant as it leaves us: ISO 8601 in UTC, to the millisecond. */
export const instant = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
