/** The model as a body names it: with its collection, `models/` unless the name says another. */
export function modelResource(model: string): string {
  return model.includes('/') ? model : `models/${model}`;
}
