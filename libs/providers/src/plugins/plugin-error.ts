/** A plugin cannot be used. Its message names the plugin, what is wrong with it, and the mend. */
export class PluginError extends Error {
  override readonly name = 'PluginError';

  /**
   * @param plugin The plugin as the configuration names it, or the class of an adapter that was given in code.
   * @param problem A sentence or two: what is wrong, and what to do about it.
   */
  constructor(
    readonly plugin: string,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`The plugin "${plugin}" cannot be used: ${problem}`, options);
  }
}
