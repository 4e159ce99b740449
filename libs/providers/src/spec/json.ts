/** A value of a parsed JSON document. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A parsed JSON object. */
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}
