/** Numbers as people read them. */
const whole = new Intl.NumberFormat("en");
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const shortened = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const NONE = "–";

export const count = (value: number | null | undefined): string => (value == null ? NONE : whole.format(value));

/** 12,345, but 1.2M where the exact figure would be noise */
export const short = (value: number): string => (value < 100_000 ? whole.format(value) : shortened.format(value));

/** For axes: 12K */
export const axis = (value: number): string => (value < 10_000 ? tenth.format(value) : shortened.format(value));

export const decimal = (value: number | null): string => (value == null ? NONE : tenth.format(value));

export const percent = (value: number | null): string => (value == null ? NONE : `${tenth.format(value)}%`);

/** 45s, 4m 05s, 1h 12m */
export function duration(seconds: number | null | undefined): string {
  if (seconds == null) return NONE;
  const all = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), all % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  if (hours) return `${whole.format(hours)}h ${two(minutes)}m`;
  return minutes ? `${minutes}m ${two(rest)}s` : `${rest}s`;
}

export const durationMs = (ms: number | null | undefined): string => duration(ms == null ? null : ms / 1000);

/** 512 B, 12.3 kB, 1.2 MB, 1.2 GB */
export function bytes(value: number): string {
  if (value < 1000) return `${whole.format(value)} B`;
  if (value < 1e6) return `${tenth.format(value / 1000)} kB`;
  return value < 1e9 ? `${tenth.format(value / 1e6)} MB` : `${tenth.format(value / 1e9)} GB`;
}

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
