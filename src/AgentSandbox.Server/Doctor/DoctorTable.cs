using System.Text;

namespace AgentSandbox.Server.Doctor;

/// <summary>Findings as aligned lines for a person, each fix below what it fixes.</summary>
internal static class DoctorTable
{
    public static string Format(IReadOnlyList<DoctorFinding> findings)
    {
        var width = findings.Max(finding => finding.Name.Length);
        var table = new StringBuilder();
        foreach (var finding in findings)
        {
            table.Append($"{Sign(finding.State)} {finding.Name.PadRight(width)}  {finding.Detail}\n");
            if (finding.Fix is not null) table.Append(' ', width + 4).Append($"→ {finding.Fix}\n");
        }

        return table.Append('\n').Append(Conclude(findings)).Append('\n').ToString();
    }

    private static string Conclude(IReadOnlyList<DoctorFinding> findings)
    {
        var missing = findings.Count(finding => finding.State == DoctorState.Missing);
        return missing == 0 ? "Nothing is missing." : $"Missing: {missing} of {findings.Count}.";
    }

    private static char Sign(DoctorState state) => state switch
    {
        DoctorState.Ok => '✓',
        DoctorState.Warning => '!',
        _ => '✗',
    };
}
