namespace AgentSandbox.Bench.Reports;

/// <summary>A table whose columns also line up as plain text: the first to the left, numbers to the right.</summary>
internal static class MarkdownTable
{
    public static void Write(TextWriter output, string[] headings, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        WriteRow(output, headings.Select((heading, column) => Pad(heading, column, widths[column])));
        WriteRow(output, widths.Select((width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ":"));
        foreach (var row in rows) WriteRow(output, row.Select((cell, column) => Pad(cell, column, widths[column])));
    }

    private static void WriteRow(TextWriter output, IEnumerable<string> cells) => output.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Pad(string cell, int column, int width) => column == 0 ? cell.PadRight(width) : cell.PadLeft(width);
}
