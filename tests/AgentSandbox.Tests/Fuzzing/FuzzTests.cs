namespace AgentSandbox.Tests.Fuzzing;

/// <summary>A short run over every target, always the same. <see cref="FuzzProgram"/> makes long ones.</summary>
public sealed class FuzzTests
{
    private const int Seed = 1, Inputs = 20_000;

    /// <summary>For machines that are busy: what was tried by then must be well.</summary>
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(400);

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Parser_WhateverItIsFed_HoldsItsPromises(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);

        var report = new Fuzzer(target, Seed).Run(Inputs, Time, TestContext.Current.CancellationToken);

        Assert.Empty(report.Failures);
        Assert.True(report.Inputs >= 100);
    }
}
