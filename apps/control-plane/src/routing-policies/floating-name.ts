/**
 * Whether a name means another model as time goes by, such as `latest` or `openai/latest`, or several at once, such as
 * `gpt-*`. What a vendor itself calls `something-latest` is a name like any other.
 */
export function isFloatingName(name: string): boolean {
  const model = name.slice(name.lastIndexOf('/') + 1).trim();
  return model === '' || model.toLowerCase() === 'latest' || model.includes('*');
}
