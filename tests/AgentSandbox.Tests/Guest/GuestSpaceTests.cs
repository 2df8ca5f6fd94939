using System.Diagnostics;
using System.IO.Pipelines;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestSpaceTests : GuestTest
{
    [Fact]
    public async Task Write_NoSpaceLeft_IsRefusedAndLeavesNothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small file system.");
        var small = Home("small");
        Directory.CreateDirectory(small);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small);
        try
        {
            var content = PipeReader.Create(new MemoryStream(new byte[4 * 1024 * 1024]));

            Assert.Equal(
                GuestErrorCode.NoSpace,
                await CodeOfAsync(Guest.WriteAsync("small/file", content, new FileWriteOptions(), Cancellation)));
            Assert.Empty(Directory.GetFiles(small));
        }
        finally
        {
            await RunAsync("umount", "-l", small);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
    }
}
