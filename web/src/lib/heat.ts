/**
 * The heat map: a row a machine, a column a piece. What is larger than the screen is averaged, so a
 * pixel is as bright as the part of it that is there. Only rows that changed are looked at again.
 */

/** What a row stands for; it decides the colour of what is there. */
export const KINDS = ["idle", "fetching", "staged", "done", "failed", "gone"] as const;
export type Kind = (typeof KINDS)[number];

export interface Colours {
  missing: string;
  fresh: string;
  have: Record<Kind, string>;
  rule: string;
  mark: string;
}

const FRESH_MILLIS = 900;
const HEATS = 8;

type Rgb = readonly [number, number, number];

function rgb(colour: string): Rgb {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim())?.[1];
  if (!hex) {
    throw new Error(`${colour}: expected #rrggbb`);
  }
  const value = parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  return [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * part)) as unknown as Rgb;
}

/** By kind, heat and density: what ImageData holds on a little-endian machine. */
function palette(colours: Colours): Uint32Array {
  const table = new Uint32Array(KINDS.length * HEATS * 256);
  const missing = rgb(colours.missing);
  const fresh = rgb(colours.fresh);
  KINDS.forEach((kind, k) => {
    const have = rgb(colours.have[kind]);
    const nothing = kind === "failed" ? mix(missing, have, 0.18) : missing;
    for (let heat = 0; heat < HEATS; heat++) {
      for (let density = 0; density < 256; density++) {
        const cold = mix(nothing, have, density === 0 ? 0 : 0.12 + (0.88 * density) / 255);
        const [r, g, b] = mix(cold, fresh, (0.85 * heat) / (HEATS - 1));
        table[(k * HEATS + heat) * 256 + density] = (255 << 24) | (b << 16) | (g << 8) | r;
      }
    }
  });
  return table;
}

/** Whether that cell is there. */
export function has(bits: Uint8Array, cell: number): boolean {
  return ((bits[cell >> 3] ?? 0) & (0x80 >> (cell & 7))) !== 0;
}

/** What the coordinator packed. */
export function unpack(base64: string): Uint8Array {
  const text = atob(base64);
  const bits = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    bits[i] = text.charCodeAt(i);
  }
  return bits;
}

export class HeatMap {
  private readonly context: CanvasRenderingContext2D;
  private readonly picture: HTMLCanvasElement;
  private readonly pictureContext: CanvasRenderingContext2D;
  private table: Uint32Array;
  private rows = 0;
  private cells = 0;
  private columns = 0;
  private lines = 0;
  private density = new Uint8Array(0);
  private fresh = new Uint8Array(0);
  private kinds = new Uint8Array(0);
  private hotUntil = new Float64Array(0);
  private dirty = new Uint8Array(0);
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  private paintedMillis = 0;
  private groups: number[] = [];
  private marked = -1;
  private stale = true;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private colours: Colours,
    private readonly calm: boolean,
  ) {
    this.picture = document.createElement("canvas");
    this.context = context2d(canvas);
    this.pictureContext = context2d(this.picture);
    this.table = palette(colours);
  }

  recolour(colours: Colours): void {
    this.colours = colours;
    this.table = palette(colours);
    this.dirty.fill(1);
    this.stale = true;
  }

  /** So many rows and cells on so many device pixels. What was drawn has to be set again. */
  shape(rows: number, cells: number, width: number, height: number): void {
    this.rows = rows;
    this.cells = Math.max(1, cells);
    this.canvas.width = Math.max(1, width);
    this.canvas.height = Math.max(1, height);
    this.columns = Math.max(1, Math.min(this.cells, this.canvas.width));
    this.lines = Math.max(1, Math.min(rows, this.canvas.height));
    this.density = new Uint8Array(rows * this.columns);
    this.fresh = new Uint8Array(rows * this.columns);
    this.kinds = new Uint8Array(rows);
    this.hotUntil = new Float64Array(rows);
    this.dirty = new Uint8Array(rows).fill(1);
    this.picture.width = this.columns;
    this.picture.height = this.lines;
    this.image = this.pictureContext.createImageData(this.columns, this.lines);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.stale = true;
  }

  /** The first row of each group but the first: a rule is drawn above it. */
  rule(groups: number[]): void {
    this.groups = groups;
    this.stale = true;
  }

  /** The row to point out, -1 for none. */
  mark(row: number): void {
    if (row !== this.marked) {
      this.marked = row;
      this.stale = true;
    }
  }

  /** What a row has, by cell. */
  row(row: number, kind: Kind, bits: Uint8Array, now: number): void {
    const { cells, columns } = this;
    const at = row * columns;
    for (let column = 0; column < columns; column++) {
      const from = Math.floor((column * cells) / columns);
      const to = Math.max(from + 1, Math.floor(((column + 1) * cells) / columns));
      let there = 0;
      for (let cell = from; cell < to; cell++) {
        there += has(bits, cell) ? 1 : 0;
      }
      this.put(row, at + column, Math.round((255 * there) / (to - from)), now);
    }
    this.kind(row, kind);
  }

  /** What a row has when only so much is known: a part of all, from the left. */
  part(row: number, kind: Kind, part: number, now: number): void {
    const at = row * this.columns;
    const full = part * this.columns;
    for (let column = 0; column < this.columns; column++) {
      this.put(row, at + column, Math.round(255 * Math.min(1, Math.max(0, full - column))), now);
    }
    this.kind(row, kind);
  }

  private put(row: number, at: number, density: number, now: number): void {
    const before = this.density[at]!;
    if (density === before) {
      return;
    }
    this.density[at] = density;
    this.dirty[row] = 1;
    if (density > before && !this.calm && now > 0) {
      this.fresh[at] = 255;
      this.hotUntil[row] = now + FRESH_MILLIS;
    }
  }

  private kind(row: number, kind: Kind): void {
    const next = KINDS.indexOf(kind);
    if (this.kinds[row] !== next) {
      this.kinds[row] = next;
      this.dirty[row] = 1;
    }
  }

  /** Draws what changed; whether there is more to draw without any change, because something cools. */
  paint(now: number): boolean {
    const hot = this.cool(now);
    let drawn = this.stale;
    for (let line = 0; line < this.lines; line++) {
      const from = Math.floor((line * this.rows) / this.lines);
      const to = Math.max(from + 1, Math.floor(((line + 1) * this.rows) / this.lines));
      if (this.takeDirty(from, to)) {
        this.compose(line, from, Math.min(to, this.rows));
        drawn = true;
      }
    }
    if (drawn && this.image) {
      this.stale = false;
      this.pictureContext.putImageData(this.image, 0, 0);
      this.context.imageSmoothingEnabled = false;
      this.context.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height);
      this.overlay();
    }
    return hot;
  }

  private takeDirty(from: number, to: number): boolean {
    let any = false;
    for (let row = from; row < to; row++) {
      if (this.dirty[row]) {
        this.dirty[row] = 0;
        any = true;
      }
    }
    return any;
  }

  private cool(now: number): boolean {
    const elapsed = Math.min(200, Math.max(0, now - this.paintedMillis));
    this.paintedMillis = now;
    const step = Math.max(1, Math.round((255 * elapsed) / FRESH_MILLIS));
    let hot = false;
    for (let row = 0; row < this.rows; row++) {
      if (this.hotUntil[row] === 0) {
        continue;
      }
      const over = now >= this.hotUntil[row]!;
      const end = (row + 1) * this.columns;
      for (let at = row * this.columns; at < end; at++) {
        const heat = this.fresh[at]!;
        if (heat !== 0) {
          this.fresh[at] = over || heat <= step ? 0 : heat - step;
        }
      }
      this.dirty[row] = 1;
      if (over) {
        this.hotUntil[row] = 0;
      } else {
        hot = true;
      }
    }
    return hot;
  }

  /** One line of pixels from one or more rows. */
  private compose(line: number, from: number, to: number): void {
    const { columns, density, fresh, table, pixels } = this;
    let kind = this.kinds[from]!;
    for (let row = from + 1; row < to; row++) {
      kind = KINDS[this.kinds[row]!] === "failed" ? this.kinds[row]! : kind;
    }
    const base = kind * HEATS * 256;
    let out = line * columns;
    if (to - from === 1) {
      let at = from * columns;
      for (let column = 0; column < columns; column++, at++, out++) {
        pixels[out] = table[base + ((fresh[at]! >> 5) << 8) + density[at]!]!;
      }
      return;
    }
    for (let column = 0; column < columns; column++, out++) {
      let sum = 0;
      let heat = 0;
      for (let row = from; row < to; row++) {
        const at = row * columns + column;
        sum += density[at]!;
        heat = Math.max(heat, fresh[at]!);
      }
      pixels[out] = table[base + ((heat >> 5) << 8) + ((sum / (to - from)) | 0)]!;
    }
  }

  private overlay(): void {
    const height = this.canvas.height / Math.max(1, this.rows);
    this.context.fillStyle = this.colours.rule;
    for (const row of this.groups) {
      this.context.fillRect(0, Math.round(row * height), this.canvas.width, 1);
    }
    if (height >= 5) {
      for (let row = 1; row < this.rows; row++) {
        this.context.fillRect(0, Math.round(row * height), this.canvas.width, 1);
      }
    }
    if (this.marked >= 0 && this.marked < this.rows) {
      this.context.strokeStyle = this.colours.mark;
      this.context.lineWidth = 2;
      const top = Math.round(this.marked * height);
      this.context.strokeRect(1, top, this.canvas.width - 2, Math.max(3, Math.round(height)));
    }
  }
}

function context2d(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) {
    throw new Error("no canvas");
  }
  return context;
}
