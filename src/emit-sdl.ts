import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, printSdl } from './schema.js';

/** `npm run sdl`: writes the public contract; a test fails while it differs from what the server serves. */
writeFileSync(fileURLToPath(new URL('../schema/schema.graphql', import.meta.url)), printSdl(await buildSchema()));
