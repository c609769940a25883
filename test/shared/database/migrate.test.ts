import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { openDatabase, whyNotReady, type Database } from '../../../src/shared/database/database.js';
import { migrate, pendingMigrations, readMigrations } from '../../../src/shared/database/migrate.js';
import { administer } from '../../support/database.js';

describe('migrations', () => {
  let folder: string;
  let name: string;
  let url: string;
  const opened: Database[] = [];
  const open = async (migrations: 'auto' | 'ignore'): Promise<Database> => {
    const db = await openDatabase({ databaseUrl: url, dataFolder: '' }, { migrations, migrationsFolder: folder });
    opened.push(db);
    return db;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'liendoan-migrations-'));
    name = `test_${randomBytes(6).toString('hex')}`;
    await administer(inject('testServerUrl'), `create database ${name}`);
    url = Object.assign(new URL(inject('testServerUrl')), { pathname: `/${name}` }).href;
    writeFileSync(join(folder, '0001-first.sql'), "create table first (t text default 'a; b?');\ndo $$ begin perform '{\"a\": 1}'::jsonb ? 'a'; end $$;\ninsert into first default values;");
    writeFileSync(join(folder, '0002-second.sql'), 'create table second ();');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((db) => db.close()));
    await administer(inject('testServerUrl'), `drop database ${name} with (force)`);
    rmSync(folder, { recursive: true });
  });

  test('run in order, each file as it stands, and only once', async () => {
    const db = await open('ignore');
    expect(await pendingMigrations(db)).toEqual(['0001-first', '0002-second']);
    expect(await migrate(db)).toEqual(['0001-first', '0002-second']);
    expect(await migrate(db)).toEqual([]);
    expect((await db.pool.query('select t from first')).rows).toEqual([{ t: 'a; b?' }]);
  });

  test('run once when two processes come at a time', async () => {
    const both = await Promise.all([open('ignore'), open('ignore')]);
    const ran = await Promise.all(both.map((db) => migrate(db)));
    expect(ran.map((names) => names.length).toSorted()).toEqual([0, 2]);
  });

  test('that fail are undone and named in one line, and those before them stay', async () => {
    writeFileSync(join(folder, '0002-second.sql'), 'create table second ();\nselect nonsense;');
    const db = await open('ignore');
    await expect(migrate(db)).rejects.toThrow(/^Migration 0002-second failed and was undone: column "nonsense" does not exist$/);
    expect(await pendingMigrations(db)).toEqual(['0002-second']);
    expect((await db.pool.query("select to_regclass('second') as second")).rows).toEqual([{ second: null }]);
  });

  test('that a database of one\'s own lacks keep it from being opened, and from being ready', async () => {
    await expect(open('auto')).rejects.toThrow(/is 2 migration\(s\) behind \(next: 0001-first\): run `npm run migrate`\.$/);
    const db = await open('ignore');
    expect(await whyNotReady(db)).toBe('2 migration(s) behind');
    await migrate(db);
    expect(await whyNotReady(db)).toBeUndefined();
    await open('auto');
  });

  test('need names and numbers of their own', () => {
    writeFileSync(join(folder, '0002-again.sql'), '');
    expect(() => readMigrations(folder)).toThrow('Two migrations are numbered 0002.');
    writeFileSync(join(folder, 'oops.sql'), '');
    expect(() => readMigrations(folder)).toThrow('Migration oops.sql is not named NNNN-name.sql.');
  });
});
