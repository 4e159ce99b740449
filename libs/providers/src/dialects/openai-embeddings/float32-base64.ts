const BYTES_PER_FLOAT = 4;

/** A vector as OpenAI writes it in base64: 32-bit floats, little-endian whatever the machine. */
export function writeFloat32Base64(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * BYTES_PER_FLOAT);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * BYTES_PER_FLOAT));
  return bytes.toString('base64');
}

/** The vector that {@link writeFloat32Base64} wrote; undefined when the text holds no whole number of floats. */
export function readFloat32Base64(text: string): readonly number[] | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % BYTES_PER_FLOAT !== 0) return undefined;
  return Array.from({ length: bytes.length / BYTES_PER_FLOAT }, (_, index) =>
    bytes.readFloatLE(index * BYTES_PER_FLOAT),
  );
}
