// Types of <rotating-view>; docs/web.md says what each member does.

export type FailureCode = 'not-found' | 'network' | 'not-a-spin' | 'newer-version' | 'damaged';

export interface SpinError extends Error {
  readonly code: FailureCode;
  /** What the element shows. */
  readonly sentence: string;
}

export interface RotatingViewEvents {
  poster: CustomEvent<null>;
  ready: CustomEvent<null>;
  complete: CustomEvent<null>;
  change: CustomEvent<{azimuth: number; frame: number}>;
  zoom: CustomEvent<{zoom: number}>;
  hotspot: CustomEvent<{index: number; text: string}>;
  error: CustomEvent<SpinError>;
}

export interface SpinDescription {
  width: number;
  height: number;
  closed: boolean;
  angles?: boolean;
  title?: string;
  frames: {azimuth_deg: number; file?: string}[];
}

export class RotatingView extends HTMLElement {
  src: string;
  /** Degrees, counter-clockwise seen from above. */
  azimuth: number;
  /** 1 and up. */
  zoom: number;
  readonly frame: number;
  readonly frameCount: number;
  readonly state: 'loading' | 'ready' | 'complete' | null;
  open(file: Blob): void;
  load(spin: SpinDescription): void;
  addFrame(index: number, picture: Blob): void;
  turnTo(degrees: number): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'rotating-view': RotatingView;
  }
}
