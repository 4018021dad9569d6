import { writeFileSync } from 'node:fs';
import { toErrorDoc } from './doc.ts';

/** Rewrites docs/errors-meta.md: `node packages/whatsapp/src/errors/write-doc.ts`. */
writeFileSync(new URL('../../../../docs/errors-meta.md', import.meta.url), toErrorDoc());
