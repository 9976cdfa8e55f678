// What can go wrong, each with a code for programs and a sentence for people.

/** @typedef {'not-found' | 'network' | 'not-a-spin' | 'newer-version' | 'damaged'} FailureCode */

/** @type {Record<FailureCode, string>} */
const SENTENCES = {
  'not-found': 'This view is not there.',
  'network': 'This view could not be loaded. Check the connection and try again.',
  'not-a-spin': 'This file is not a rotating view.',
  'newer-version': 'This view was made by a newer version than this page can show.',
  'damaged': 'This view is damaged.',
};

export class SpinError extends Error {
  /**
   * @param {FailureCode} code
   * @param {string} detail  for developers
   */
  constructor(code, detail) {
    super(detail);
    this.name = 'SpinError';
    this.code = code;
    /** What the element shows. */
    this.sentence = SENTENCES[code];
  }
}

/**
 * @param {unknown} error  anything thrown while a spin was loaded
 * @returns {SpinError}
 */
export function asSpinError(error) {
  return error instanceof SpinError ? error : new SpinError('damaged', String(error));
}
