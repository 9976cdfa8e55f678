// What the type checker's library lacks.
declare class DecompressionStream implements ReadableWritablePair<Uint8Array, Uint8Array> {
  constructor(format: string);
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
}

// The address of a joined script that is loaded as a module (publish/join_modules.cmake).
declare const moduleAddress: string | undefined;
