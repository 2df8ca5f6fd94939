namespace AgentSandbox.Bench.Reports;

/// <summary>A table whose columns also line up as plain text: the first to the left, numbers to the right.</summary>
internal static class MarkdownTable
{
    public static void Write(TextWriter output, string[] headings, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Append(3).Max())];
        WriteRow(output, headings, widths);
        output.WriteLine("|" + string.Concat(widths.Select((width, column) => column == 0 ? $" {new string('-', width)} |" : $" {new string('-', width - 1)}: |")));
        foreach (var row in rows) WriteRow(output, row, widths);
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths) =>
        output.WriteLine("|" + string.Concat(cells.Select((cell, column) => $" {(column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))} |")));
}
