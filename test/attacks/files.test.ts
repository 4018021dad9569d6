import { deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { toMessage, toMessages, toText } from './rig/deliveries.ts';
import { MARK, SECRETS } from './rig/secrets.ts';
import { toReceived } from './rig/stored.ts';
import type { Answered, Siege } from './rig/siege.ts';

const attack = attacks({ prepare: (siege) => siege.receive(toText(`quiet ${MARK}`)) });

const SCRIPT = '<script>alert(document.domain)</script>';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

interface File {
  readonly type: string;
  readonly bytes: Buffer;
}

/** What its sender calls it, and what it is. */
const FILES: Readonly<Record<string, File>> = {
  'a page called a picture': { type: 'image/png', bytes: Buffer.from(`<!doctype html>${SCRIPT}`) },
  'a drawing with a script': {
    type: 'image/svg+xml',
    bytes: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`),
  },
  'a drawing called a photo': { type: 'image/jpeg', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
  'a page': { type: 'text/html; charset=utf-8', bytes: Buffer.from(SCRIPT) },
  'a page in XML': {
    type: 'application/xhtml+xml',
    bytes: Buffer.from(`<html xmlns="http://www.w3.org/1999/xhtml">${SCRIPT}</html>`),
  },
  'a picture that is a page too': { type: 'text/html', bytes: Buffer.concat([PNG, Buffer.from(SCRIPT)]) },
  'a GIF that is a script too': {
    type: 'text/javascript',
    bytes: Buffer.from(`GIF89a/*${'\0'.repeat(20)}*/=alert(1)//`),
  },
  'a document that runs code': {
    type: 'application/pdf',
    bytes: Buffer.from('%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>'),
  },
  'no type at all': { type: '\r\nset-cookie: a=b', bytes: Buffer.from(SCRIPT) },
};

let id = 700_000;

interface Sent extends File {
  readonly filename: string;
}

/** A person sends files; Meta hands their bytes out with the types that their sender gave. What our links then answer. */
async function sendFiles(siege: Siege, files: readonly Sent[]): Promise<Answered[]> {
  const sent = files.map((file) => ({ ...file, id: String(id++) }));
  const end = siege.graph.rule(({ path }, res) => {
    const file = sent.find((one) => path.split('?')[0]?.endsWith(`/${one.id}`));
    if (!file) return false;
    const { type, bytes } = file;
    if (path.startsWith('/bytes/')) res.writeHead(200, { 'content-type': type.replaceAll(/[\r\n]/g, '') }).end(bytes);
    else {
      const info = {
        url: `${siege.graph.url}/bytes/${file.id}`,
        id: file.id,
        mime_type: type,
        file_size: bytes.length,
      };
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(info));
    }
    return true;
  });
  const toBody = ({ id: fileId, type, filename }: (typeof sent)[number]) =>
    toMessages(toMessage({ type: 'document', document: { id: fileId, mime_type: type, filename, caption: MARK } }));
  await siege.receive(...sent.map(toBody));
  end();
  const open = async ({ id: fileId }: (typeof sent)[number]): Promise<Answered> => {
    const [row] = await siege.rows<{ id: string; state: string }>(
      'select id, state from media where provider_id = $1',
      [fileId],
    );
    expect(row?.state).toBe('stored');
    const { url } = JSON.parse((await siege.api('GET', `/api/v1/media/${row?.id}`)).text) as { url: string };
    return siege.ask(url);
  };
  return Promise.all(sent.map(open));
}

async function sendFile(siege: Siege, file: File, filename: string): Promise<Answered> {
  const [answer] = await sendFiles(siege, [{ ...file, filename }]);
  if (!answer) throw new Error('one file has one answer');
  return answer;
}

const STORED = (count: number) => ({
  stores: toReceived(count, { media: count, blobs: 'any', reaction_runs: 0 }),
  logs: ['media.fetched', 'media.no_thumbnail'],
});
/** What a browser may show in place. */
const SHOWN = /^(image\/(png|jpeg|gif|webp)|(audio|video)\/[\w-]+)$/;

attack(
  42,
  'files are served as what they are and never run: nosniff, a sandbox, and anything but pictures and sounds to be saved',
  STORED(Object.keys(FILES).length),
  async (siege) => {
    const names = Object.keys(FILES);
    const answers = await sendFiles(
      siege,
      Object.values(FILES).map((file) => ({ ...file, filename: 'a.png' })),
    );
    for (const [n, { status, headers }] of answers.entries()) {
      const name = names[n] ?? '';
      const type = headers.get('content-type') ?? '';
      expect([name, status]).toEqual([name, 200]);
      expect([name, headers.get('x-content-type-options')]).toEqual([name, 'nosniff']);
      expect([name, headers.get('content-security-policy')]).toEqual([name, "sandbox; default-src 'none'"]);
      expect([name, headers.get('set-cookie')]).toEqual([name, null]);
      expect([name, headers.get('cross-origin-resource-policy')]).toEqual([name, 'same-origin']);
      const isInline = headers.get('content-disposition')?.startsWith('inline') ?? true;
      expect([name, isInline ? type : 'application/octet-stream']).toEqual([
        name,
        isInline ? expect.stringMatching(SHOWN) : type,
      ]);
    }
  },
);

attack(
  42,
  'a link is the only way to the bytes, of that one file, for its time',
  { stores: STORED(1).stores, logs: STORED(1).logs },
  async (siege) => {
    await sendFile(siege, { type: 'image/png', bytes: PNG }, 'a.png');
    const [row] = await siege.rows<{ id: string }>('select id from media order by id desc limit 1');
    const { url } = JSON.parse((await siege.api('GET', `/api/v1/media/${row?.id}`)).text) as { url: string };
    const [, , token = ''] = url.split('/');
    const parts = token.split('.');
    const forged = [
      `${url.slice(0, -9)}${url.at(-9) === 'A' ? 'B' : 'A'}${url.slice(-8)}`,
      `${url}A`,
      url.slice(0, -1),
      `/media/${[`med_${'0'.repeat(26)}`, ...parts.slice(1)].join('.')}`,
      `/media/${[parts[0], 't', ...parts.slice(2)].join('.')}`,
      `/media/${[parts[0], parts[1], 'zzzzzzz', parts[3]].join('.')}`,
      '/media/../media.key',
      '/media/%2e%2e%2fmedia.key',
      '/media/..%5cmedia.key',
      `/media/${row?.id}`,
    ];
    for (const path of forged) expect([403, 404, 200], path).toContain((await siege.ask(path)).status);
    for (const path of forged) {
      const answer = await siege.ask(path);
      // The dashboard's own page answers for what is none of the API's paths.
      if (answer.status === 200) expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.text.includes(PNG.toString('latin1'))).toBe(false);
    }
  },
);

const NAMES: Readonly<Record<string, string>> = {
  'a way up': '../../../../etc/passwd',
  'a way up of Windows': '..\\..\\boot.ini',
  'an absolute path': '/etc/cron.d/x',
  NUL: 'a.png\0.exe',
  'line breaks': 'a"\r\nset-cookie: a=b\r\n\r\n<script>.png',
  '5 kB': `${'n'.repeat(5_000)}.png`,
  'a reserved word': 'CON.png',
  'a device': 'aux',
  'nothing but dots': '..',
  nothing: '',
  'turned letters': 'photo\u202egnp.exe',
  'half a surrogate pair': '\ud800.png',
  'quotes and percent': `a"; filename*=UTF-8''%2e%2e.html`,
  'an address': 'http://evil.example/a.png',
};

attack(
  43,
  'file names are only names: no path, no second header, no longer than a system takes',
  STORED(Object.keys(NAMES).length),
  async (siege) => {
    const files = Object.values(NAMES).map((filename) => ({ type: 'text/html', bytes: Buffer.from(SCRIPT), filename }));
    const answers = await sendFiles(siege, files);
    for (const [n, { headers }] of answers.entries()) {
      const what = Object.keys(NAMES)[n] ?? '';
      const disposition = headers.get('content-disposition') ?? '';
      expect(disposition, what).toMatch(
        /^attachment; filename="[^"\\/\r\n]{1,200}"; filename\*=UTF-8''[\w.%~!#$&+^`|-]{1,1200}$/,
      );
      expect(decodeURIComponent(disposition.split("''")[1] ?? ''), what).not.toMatch(
        /[/\\:\u202e\p{Cc}]|^\.\.?$|^(con|aux)(\.|$)/iu,
      );
      expect(headers.get('set-cookie'), what).toBeNull();
    }
  },
);

/** A picture that says it is 50,000 × 50,000: 10 GB once it is unpacked. */
function toPixelFlood(): Buffer {
  const flood = Buffer.from(PNG);
  flood.writeUInt32BE(50_000, 16);
  flood.writeUInt32BE(50_000, 20);
  return flood;
}

/** A zip of one file, 200 MB of zeros, called a document of an office program. */
function toZipBomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(200 << 20));
  const name = Buffer.from('word/document.xml');
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(200 << 20, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name, packed]);
}

attack(
  43,
  'a picture of ten gigabytes and a packed bomb are stored as they came, and unpacked by nobody',
  STORED(2),
  async (siege) => {
    const memoryOf = async () =>
      Number(
        /process_resident_memory_bytes (\d+)/.exec(
          await (await fetch(`${siege.wharf.internalUrl}/metrics`)).text(),
        )?.[1],
      );
    const before = await memoryOf();
    expect(before).toBeGreaterThan(0);
    expect((await sendFile(siege, { type: 'image/png', bytes: toPixelFlood() }, 'a.png')).status).toBe(200);
    const office = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
    expect((await sendFile(siege, { type: office, bytes: toZipBomb() }, 'a.docx')).status).toBe(200);
    expect((await memoryOf()) - before).toBeLessThan(200 << 20);
  },
);

attack(
  43,
  'an upload names no path of ours, and what a part’s header says beside its name is nothing',
  { stores: { media: 1, blobs: 'any' } },
  async (siege) => {
    const part = (name: string) =>
      [
        '--x',
        `content-disposition: form-data; name="file"; filename="${name}"`,
        'content-type: image/png',
        '',
        '',
      ].join('\r\n');
    const body = Buffer.concat([Buffer.from(part('../../../../tmp/evil.png')), PNG, Buffer.from('\r\n--x--\r\n')]);
    const answer = await siege.ask('/api/v1/media', {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRETS.apiKey}`, 'content-type': 'multipart/form-data; boundary=x' },
      body,
    });
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.text)).toMatchObject({ filename: expect.not.stringMatching(/[/\\]/) });
  },
);
