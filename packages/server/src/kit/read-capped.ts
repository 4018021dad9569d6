/**
 * The whole of a stream, or null as soon as it is larger than `maxBytes`; the stream is given up then. `announced` is
 * what the other side says of its length: believed only when it says too much.
 */
export async function readCapped(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
  announced = 0,
): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    // Leaving the loop ends the stream.
    if (size > maxBytes || announced > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
