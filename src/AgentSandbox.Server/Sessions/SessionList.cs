using System.Globalization;
using System.Text;
using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.WebUtilities;

namespace AgentSandbox.Server.Sessions;

/// <summary>
/// Filters and pages the live sessions, newest first. The cursor is a place in that order, not a number of rows, so
/// sessions that come and go between two pages neither repeat nor hide others.
/// </summary>
internal static class SessionList
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;

    public static Page<Session> Take(IEnumerable<Session> sessions, Query query)
    {
        var rows = sessions
            .Where(query.Matches)
            .OrderByDescending(session => session.CreatedAt).ThenBy(session => session.Id, StringComparer.Ordinal)
            .SkipWhile(session => query.After is { } after && !IsAfter(session, after))
            .Take(query.Limit + 1)
            .ToList();
        if (rows.Count <= query.Limit) return new Page<Session>(rows, null);

        rows.RemoveAt(query.Limit);
        return new Page<Session>(rows, Cursor(rows[^1]));
    }

    private static bool IsAfter(Session session, (long Ticks, string Id) after) =>
        session.CreatedAt.UtcTicks < after.Ticks
        || (session.CreatedAt.UtcTicks == after.Ticks && string.CompareOrdinal(session.Id, after.Id) > 0);

    private static string Cursor(Session session) => WebEncoders.Base64UrlEncode(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{session.CreatedAt.UtcTicks}:{session.Id}")));

    /// <summary>What a list asks for.</summary>
    public sealed record Query(int Limit, (long Ticks, string Id)? After, SessionState? State, IReadOnlyList<KeyValuePair<string, string>> Labels)
    {
        public static Query Parse(int? limit, string? cursor, string? state, string[]? labels, ValidationErrors errors)
        {
            errors.Range("limit", limit, 1, MaxLimit, "sessions");
            return new Query(limit ?? DefaultLimit, ParseCursor(cursor, errors), ParseState(state, errors), ParseLabels(labels, errors));
        }

        public bool Matches(Session session)
        {
            if (State is { } state && session.State != state) return false;
            if (Labels.Count == 0) return true;
            var metadata = session.Metadata;
            return Labels.All(label => metadata.TryGetValue(label.Key, out var value) && string.Equals(value, label.Value, StringComparison.Ordinal));
        }

        private static (long, string)? ParseCursor(string? cursor, ValidationErrors errors)
        {
            if (string.IsNullOrEmpty(cursor)) return null;
            try
            {
                var parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor)).Split(':', 2);
                if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)) return (ticks, parts[1]);
            }
            catch (FormatException)
            {
                // Said below: it is not one of ours.
            }

            errors.Add("cursor", "must be the nextCursor of an earlier page.");
            return null;
        }

        private static SessionState? ParseState(string? state, ValidationErrors errors)
        {
            if (string.IsNullOrEmpty(state)) return null;
            // Not by number, which may have a sign, and not several.
            if (state.All(char.IsAsciiLetter) && Enum.TryParse<SessionState>(state, ignoreCase: true, out var parsed)) return parsed;
            errors.Add("state", "must be running, lost or failed.");
            return null;
        }

        private static List<KeyValuePair<string, string>> ParseLabels(string[]? labels, ValidationErrors errors)
        {
            var parsed = new List<KeyValuePair<string, string>>();
            foreach (var label in labels ?? [])
            {
                var separator = label.IndexOf('=', StringComparison.Ordinal);
                if (separator > 0) parsed.Add(new(label[..separator], label[(separator + 1)..]));
                else errors.Add("metadata", "must look like key=value; give it once per label.");
            }

            return parsed;
        }
    }
}
