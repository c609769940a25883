import { defineConfig } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/postgresql';
import { RoleGrant } from './src/access/access.entity.js';

/** Every entity of every room. */
export const entities: NonNullable<Options['entities']> = [RoleGrant];

export default defineConfig({ entities, discovery: { warnWhenNoEntities: false } });
