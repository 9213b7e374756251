"""Request and response bodies of accounts: registration, login, tokens."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, EmailStr, Field

from app.http.fields import MAX_PASSWORD, Body, Club, DisplayName, NewPassword, Password, Printable

Remember = Annotated[bool, Field(strict=True)]
REMEMBER = "Stay logged in on this device: the token lasts for 30 days, unless the service is configured otherwise."


class RegisterIn(Body):
    email: EmailStr = Field(max_length=254, examples=["anna@example.com"])
    password: NewPassword = Field(description="10 to 200 characters.", examples=["correct horse battery"])
    display_name: DisplayName = Field(examples=["Anna"])
    club: Club = Field("main", examples=["main"])
    remember: Remember = Field(False, description=REMEMBER, examples=[False])


class LoginIn(Body):
    email: Printable = Field(max_length=254, examples=["anna@example.com"])
    password: Password = Field(max_length=MAX_PASSWORD, examples=["correct horse battery"])
    club: Club = Field("main", examples=["main"])
    remember: Remember = Field(False, description=REMEMBER, examples=[False])


class PasswordIn(Body):
    current_password: Password = Field(max_length=MAX_PASSWORD, examples=["correct horse battery"])
    new_password: NewPassword = Field(description="10 to 200 characters.", examples=["correct battery staple"])


class TokenOut(BaseModel):
    access_token: str = Field(examples=["eyJhbGciOi…"])
    token_type: Literal["bearer"] = "bearer"
    expires_at: datetime = Field(
        description="When the token expires; POST /auth/renew returns a later one.", examples=["2026-01-01T12:00:00Z"]
    )
    renewable_until: datetime = Field(
        description="The token cannot be renewed beyond this; log in again with the password.",
        examples=["2026-01-02T11:00:00Z"],
    )
    user_id: str = Field(examples=["m-01980000"])
