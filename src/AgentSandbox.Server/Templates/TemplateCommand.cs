namespace AgentSandbox.Server.Templates;

/// <summary><c>./run template [NAME…]</c>: builds templates without starting the server.</summary>
internal static class TemplateCommand
{
    /// <param name="names">Which to build; none for all.</param>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(
        TemplateOptions options, string definitionsPath, IReadOnlyList<string> names, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            var definitions = Select(TemplateCatalog.Load(definitionsPath), names);
            var builder = new TemplateBuilder(options, TimeProvider.System);
            foreach (var definition in definitions)
            {
                if (names.Count == 0 && definition.Source is TemplateSource.Image image)
                {
                    await output.WriteLineAsync($"{definition.Name}: left to the server, which makes it from {image.Reference} with RUNTIME=docker");
                    continue;
                }

                var template = await builder.BuildAsync(definition, new TemplateProgressWriter(output), cancellationToken);
                await output.WriteLineAsync($"{template.Name}: {template.RootPath}");
            }

            return 0;
        }
        catch (TemplateException failure)
        {
            await output.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    private static IEnumerable<TemplateDefinition> Select(TemplateCatalog catalog, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return catalog.Definitions;

        var unknown = names.Except(catalog.Definitions.Select(definition => definition.Name), StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) throw new TemplateException($"There is no template '{string.Join("', '", unknown)}'.");
        return catalog.Definitions.Where(definition => names.Contains(definition.Name, StringComparer.Ordinal));
    }
}
