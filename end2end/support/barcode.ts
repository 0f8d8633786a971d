import { crc32, deflateSync } from 'node:zlib';

const ODD = ['0001101', '0011001', '0010011', '0111101', '0100011', '0110001', '0101111', '0111011', '0110111', '0001011'];
const PARITY = ['000000', '001011', '001101', '001110', '010011', '011001', '011100', '010101', '010110', '011010'];

const turnedOver = (modules: string) => [...modules].map((module) => (module === '1' ? '0' : '1')).join('');
const backwards = (modules: string) => [...modules].reverse().join('');

/** The 95 modules of an EAN-13 number; 1 is dark. */
function modules(number: string): string {
  const digits = [...number].map(Number);
  const odd = (place: number) => ODD[digits[place] ?? 0] ?? '';
  const parity = PARITY[digits[0] ?? 0] ?? '';
  const left = [1, 2, 3, 4, 5, 6].map((place) => (parity[place - 1] === '1' ? backwards(turnedOver(odd(place))) : odd(place)));
  const right = [7, 8, 9, 10, 11, 12].map((place) => turnedOver(odd(place)));
  return `101${left.join('')}01010${right.join('')}101`;
}

/** Brightnesses of a picture with this number as a barcode in its middle, or with nothing. */
export function picture(number: string | undefined, width = 640, height = 480): Buffer {
  const luma = Buffer.alloc(width * height, 230);
  if (number === undefined) return luma;
  const bars = modules(number);
  const left = Math.floor((width - 95 * 4) / 2);
  for (let y = Math.floor(height * 0.25); y < height * 0.75; y += 1)
    for (let x = 0; x < 95 * 4; x += 1) if (bars[x >> 2] === '1') luma[y * width + left + x] = 25;
  return luma;
}

/** A PNG file of such a picture. */
export function png(number?: string, width = 640, height = 480): Buffer {
  const luma = picture(number, width, height);
  const rows = Buffer.concat(Array.from({ length: height }, (_, y) => Buffer.concat([Buffer.of(0), luma.subarray(y * width, (y + 1) * width)])));
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A film for Chromium's fake camera (YUV4MPEG2), ten pictures a second, which it shows again and again. */
export function film(scenes: { number?: string; seconds: number }[], width = 640, height = 480): Buffer {
  const colourless = Buffer.alloc((width * height) / 2, 128);
  const frames = scenes.flatMap(({ number, seconds }) => {
    const frame = Buffer.concat([Buffer.from('FRAME\n'), picture(number, width, height), colourless]);
    return Array.from({ length: Math.round(seconds * 10) }, () => frame);
  });
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...frames]);
}
