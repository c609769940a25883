import { defineConfig } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/postgresql';

/** Every entity of every room. */
export const entities: NonNullable<Options['entities']> = [];

export default defineConfig({ entities, discovery: { warnWhenNoEntities: false } });
