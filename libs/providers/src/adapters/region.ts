/** What a region looks like. It becomes part of a host name, where anything else could name another host. */
export const REGION_PATTERN = /^[a-z][a-z0-9-]{0,62}$/;
