import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { MediaPart } from '../../spec/part.js';
import { DocumentNames } from './document-names.js';
import { NOVA, contextFor } from './testing/write-context.js';
import { writeMedia } from './write-media.js';

function media(medium: MediaPart['medium'], mediaType: string, name?: string): MediaPart {
  const source = { kind: 'data', mediaType, base64: 'QQ==' } as const;
  return { kind: 'media', medium, source, ...(name === undefined ? {} : { name }) };
}

function write(part: MediaPart, capabilities = {}) {
  return writeMedia(part, contextFor(NOVA, capabilities), new DocumentNames());
}

describe('writeMedia', () => {
  it.each([
    [media('image', 'image/jpeg'), { image: { format: 'jpeg' } }],
    [media('image', 'IMAGE/JPG; q=1'), { image: { format: 'jpeg' } }],
    [media('video', 'video/quicktime'), { video: { format: 'mov' } }],
    [media('video', 'video/3gpp'), { video: { format: 'three_gp' } }],
    [media('audio', 'audio/mpeg'), { audio: { format: 'mp3' } }],
    [media('document', 'text/markdown'), { document: { format: 'md' } }],
    [media('document', 'text/x-python'), { document: { format: 'txt' } }],
    [media('document', 'application/octet-stream', 'Budget.XLSX'), { document: { format: 'xlsx' } }],
  ])('names the format as Converse does', (part, block) => {
    expect(write(part)).toMatchObject(block);
  });

  it.each([
    media('image', 'image/tiff'),
    media('document', 'application/zip', 'a.zip'),
    media('document', 'application/__proto__', 'a.constructor'),
    { ...media('image', 'image/png'), source: { kind: 'url', url: 'https://example.com/a.png' } } as const,
    { ...media('image', 'image/png'), source: { kind: 'file', fileId: 'file_1', mediaType: 'image/png' } } as const,
  ])('refuses what Bedrock cannot read', (part) => {
    expect(() => write(part)).toThrow(UnsupportedFieldError);
  });

  it('passes on what lies on S3', () => {
    const source = { kind: 'url', url: 's3://bucket/clip.mp4' } as const;
    expect(write({ kind: 'media', medium: 'video', source })).toEqual({
      video: { format: 'mp4', source: { s3Location: { uri: 's3://bucket/clip.mp4' } } },
    });
  });

  it('refuses a medium that the model is known not to read', () => {
    expect(() => write(media('image', 'image/png'), { input: ['document'] })).toThrow(UnsupportedFieldError);
    expect(write(media('image', 'image/png'), { input: ['image'] })).toHaveProperty('image');
  });
});

describe('DocumentNames', () => {
  it('makes of any names such as Converse takes, none of them twice', () => {
    const file = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('a', 'A', 'a (2)', 'résumé  1.pdf', 'x'.repeat(250)),
    );
    fc.assert(
      fc.property(fc.array(fc.option(file, { nil: undefined }), { maxLength: 12 }), (wanted) => {
        const names = new DocumentNames();
        const chosen = wanted.map((name) => names.choose(name));
        const bad = chosen.filter(
          (name) => name.length > 200 || !/^[a-zA-Z0-9\-()[\]]+( [a-zA-Z0-9\-()[\]]+)*$/.test(name),
        );
        expect(bad).toEqual([]);
        expect(new Set(chosen.map((name) => name.toLowerCase())).size).toBe(chosen.length);
      }),
    );
  });
});
