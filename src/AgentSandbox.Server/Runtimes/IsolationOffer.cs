namespace AgentSandbox.Server.Runtimes;

/// <summary>One isolation as it was found to be: its walls, those that are promised, and of these those that are missing.</summary>
internal sealed record IsolationOffer(Walls Walls, IReadOnlyList<string> Promised, IReadOnlyList<string> Missing)
{
    public static IsolationOffer For(RuntimeHost host, string isolation, Walls found)
    {
        var promised = Wall.PromisedOn(host, isolation).ToList();
        return new IsolationOffer(
            found, [.. promised.Select(wall => wall.Name)], [.. promised.Where(wall => !wall.Stands(found)).Select(wall => wall.Name)]);
    }

    /// <summary>On two hosts: promised is what is so on both, missing what is so on either.</summary>
    public IsolationOffer And(IsolationOffer other) =>
        new(Walls.And(other.Walls), [.. Promised.Intersect(other.Promised)], [.. Missing.Union(other.Missing)]);
}
