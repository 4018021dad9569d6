import Vips from 'wasm-vips';

/** Pixels of the largest picture that is decoded; cameras of phones make 12 to 50 million, a bomb claims thousands. */
export const MAX_PIXELS = 50_000_000;
const SIDE = 320;

export type Shrunk = { readonly ok: true; readonly jpeg: Uint8Array } | { readonly ok: false; readonly reason: string };

const LOADERS = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'];

/** Loads the library with those four formats only: no SVG, no PDF, nothing that runs or reads other files. */
export async function openVips(): Promise<typeof Vips> {
  // Set to anything it keeps decoders from saying on the console what they dislike about a file.
  const vips = await Vips({
    dynamicLibraries: [],
    preRun: (module: { readonly ENV: Record<string, string> }) => void (module.ENV['VIPS_WARNING'] = '0'),
  });
  vips.operationBlock('VipsForeignLoad', true);
  for (const loader of LOADERS) vips.operationBlock(loader, false);
  vips.concurrency(1);
  vips.Cache.max(0);
  return vips;
}

type Image = InstanceType<typeof Vips.Image>;

/** White where it was transparent: JPEG has no other way. */
function toPlain(image: Image): Image {
  const colours = image.colourspace('srgb');
  return colours.hasAlpha() ? colours.flatten({ background: [255, 255, 255] }) : colours;
}

/** Reads the head only: width and height are what the file claims. */
function measure(vips: typeof Vips, bytes: Uint8Array): number {
  const image = vips.Image.newFromBuffer(bytes);
  try {
    return image.width * image.height;
  } finally {
    image.delete();
  }
}

function make(vips: typeof Vips, bytes: Uint8Array): Uint8Array {
  const image = vips.Image.thumbnailBuffer(bytes, SIDE, { height: SIDE, size: 'down', fail_on: 'error' });
  try {
    return toPlain(image).jpegsaveBuffer({ Q: 75, keep: 'none' });
  } finally {
    image.delete();
  }
}

/**
 * A JPEG of the picture with its longer side at most 320 pixels, upright, without what else the file said (place,
 * camera). Of an animation the first picture. Blocks for as long as it takes: only in a thread of its own.
 */
export function shrink(vips: typeof Vips, bytes: Uint8Array): Shrunk {
  try {
    if (measure(vips, bytes) > MAX_PIXELS)
      return { ok: false, reason: 'The picture claims more than 50 million pixels' };
    return { ok: true, jpeg: make(vips, bytes) };
  } catch {
    return { ok: false, reason: 'The picture cannot be read' };
  }
}
