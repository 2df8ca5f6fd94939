using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestStartErrorTests : GuestTest
{
    [Fact]
    public Task NoSuchProgram() => FailsAsync(GuestErrorCode.ExecutableNotFound, Command("no-such-program"));

    [Fact]
    public Task NoSuchFile() => FailsAsync(GuestErrorCode.ExecutableNotFound, Command("./no-such-program"));

    [Fact]
    public Task EmptyName() => FailsAsync(GuestErrorCode.ExecutableNotFound, Command(""));

    [Fact]
    public Task NoArguments() => FailsAsync(GuestErrorCode.InvalidArguments, Command());

    [Fact]
    public Task NulInArgument() => FailsAsync(GuestErrorCode.InvalidArguments, Command("echo", "a\0b"));

    [Fact]
    public Task Directory_AsProgram() => FailsAsync(GuestErrorCode.ExecutableIsDirectory, Command("/tmp"));

    [Fact]
    public async Task NotExecutable()
    {
        await File.WriteAllTextAsync(Home("plain"), "text", Cancellation);

        await FailsAsync(GuestErrorCode.NotExecutable, Command("./plain"));
    }

    [Fact]
    public async Task MissingInterpreter()
    {
        await Guest.RunShellAsync("printf '#!/no/such/interpreter\\n' > script; chmod +x script");

        await FailsAsync(GuestErrorCode.NotExecutable, Command("./script"));
    }

    [Fact]
    public async Task NeitherBinaryNorScript()
    {
        await Guest.RunShellAsync("printf 'echo no interpreter line' > script; chmod +x script");

        await FailsAsync(GuestErrorCode.ExecFormat, Command("./script"));
    }

    [Fact]
    public Task ArgumentLongerThanTheKernelTakes() =>
        FailsAsync(GuestErrorCode.ArgumentsTooLong, Command("true", new string('x', 200_000)));

    [Fact]
    public Task ArgumentsLongerThanTheKernelTakes() =>
        FailsAsync(GuestErrorCode.ArgumentsTooLong, Command(["true", .. Enumerable.Repeat(new string('x', 100_000), 30)]));

    [Fact]
    public Task ArgumentsLongerThanTheProtocolTakes() =>
        FailsAsync(GuestErrorCode.ArgumentsTooLong, Command(["true", .. Enumerable.Repeat(new string('x', 100_000), 60)]));

    [Fact]
    public Task MoreArgumentsThanTheProtocolTakes() =>
        FailsAsync(GuestErrorCode.ArgumentsTooLong, Command(["true", .. Enumerable.Repeat("x", 40_000)]));

    [Theory]
    [InlineData("", "x")]
    [InlineData("a=b", "x")]
    [InlineData("a\0", "x")]
    [InlineData("a", "x\0")]
    public Task InvalidEnvironment(string name, string value) =>
        FailsAsync(GuestErrorCode.InvalidEnvironment, Command("true") with
        {
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value },
        });

    [Theory]
    [InlineData("/no/such/directory")]
    [InlineData("/etc/passwd")]
    [InlineData("/tmp\0")]
    public Task InvalidWorkingDirectory(string path) =>
        FailsAsync(GuestErrorCode.InvalidWorkingDirectory, Command("true") with { Cwd = path });

    [Fact]
    public async Task LongArguments_ThatTheKernelTakes_Arrive()
    {
        string[] args = [.. Enumerable.Repeat(new string('x', 100_000), 10)];

        var result = await Guest.RunAsync(Command(["/bin/bash", "-c", "echo $# ${#1}", "name", .. args]));

        Assert.Equal("10 100000\n", result.Text);
    }

    [Fact]
    public async Task RelativeProgram_IsSoughtInTheCommandsDirectory()
    {
        await Guest.RunShellAsync("mkdir sub; printf '#!/bin/sh\\npwd' > sub/script; chmod +x sub/script");

        var result = await Guest.RunAsync(Command("./script") with { Cwd = "sub" });

        Assert.Equal(Home("sub") + "\n", result.Text);
    }

    [Fact]
    public async Task Path_OfTheCommand_IsTheOneThatIsSearched()
    {
        await Guest.RunShellAsync("mkdir bin; printf '#!/bin/sh\\necho mine' > bin/ls; chmod +x bin/ls; touch ls");

        var result = await Guest.RunAsync(Command("ls") with
        {
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"/nowhere::{Process.Home}/bin:/bin" },
        });

        Assert.Equal("mine\n", result.Text);
    }

    private async Task FailsAsync(GuestErrorCode code, CommandStart start)
    {
        Assert.Equal(code, await CodeOfAsync(Guest.StartAsync(start, Cancellation)));
        Assert.Equal(0, (await Guest.RunAsync(Command("true"))).Exit.ExitCode);
    }
}
