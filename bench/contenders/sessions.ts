import pg from 'pg';

/**
 * The settings that the policies of the tables read, of each principal, asked once: a gateway would have them in its
 * token.
 */
export async function sessions(ownerUrl: string): Promise<(principal: string) => Promise<Record<string, string>>> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1, allowExitOnIdle: true });
  const known = new Map<string, Promise<Record<string, string>>>();
  const ask = async (principal: string): Promise<Record<string, string>> => {
    const { rows } = await pool.query<{ name: string; value: string }>('select name, value from access_session($1, current_date)', [principal]);
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  };
  return (principal) => {
    let settings = known.get(principal);
    if (settings === undefined) known.set(principal, (settings = ask(principal)));
    return settings;
  };
}
