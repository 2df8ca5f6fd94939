using AgentSandbox.Tests.Fuzzing;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace AgentSandbox.Tests;

/// <summary>What xunit would generate, and the long run of the fuzzer.</summary>
internal static class TestProgram
{
    private static Task<int> Main(string[] args) => args switch
    {
        [FuzzProgram.Verb, .. var arguments] => Task.FromResult(FuzzProgram.Run(arguments)),
        _ when args.Contains("--server") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
